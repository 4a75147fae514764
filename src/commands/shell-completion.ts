/**
 * `ringleader completion <shell>`: prints a script with which a shell completes commands and flags. It is made from
 * the parser of the command line, so that neither knows a flag that the other does not.
 */

import type { Command } from 'commander'
import { makeProgram } from './flags.ts'
import type { Shell } from './command-line.ts'

type Flag = {
  /** As typed: -l, --leader. The first is the short one, if there is one. */
  words: readonly string[]
  /** What follows it: nothing, a word, or a path. */
  value: 'none' | 'word' | 'path'
  about: string
}
type Listed = { name: string; about: string; flags: readonly Flag[]; choices: readonly string[] }

export function completion(shell: Shell): string {
  const program = makeProgram(
    () => {},
    () => {},
  )
  const main = listed(program)
  const commands = program.commands.map(listed)
  // The node of a service has the flags of a chat.
  const all = commands.map((each) => (each.name === 'service' ? { ...each, flags: main.flags } : each))
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](main, all)
}

function listed(command: Command): Listed {
  const flags = command.options.map(({ short, long, required, description }): Flag => {
    // -na and -np are words of ours: the parser does not know them.
    const own = long?.startsWith('--neighbor-') ? `-n${long.charAt(11)}` : short
    const isPath = ['--home', '--log', '--trace', '--file', '--files', '--invitation'].includes(long ?? '')
    return {
      words: [own, long].filter((word) => word !== undefined),
      value: isPath ? 'path' : required ? 'word' : 'none',
      about: description,
    }
  })
  const help: Flag = { words: ['-h', '--help'], value: 'none', about: 'print help' }
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? [])
  return { name: command.name(), about: command.description(), flags: [...flags, help], choices }
}

function wordsOf({ flags, choices }: Listed): string[] {
  return [...choices, ...flags.flatMap(({ words }) => words)]
}

function takers(commands: readonly Listed[], value: Flag['value']): string {
  const words = commands.flatMap(({ flags }) => flags.filter((flag) => flag.value === value))
  return [...new Set(words.flatMap((flag) => flag.words))].join('|')
}

function bashScript(main: Listed, commands: readonly Listed[]): string {
  const all = [main, ...commands]
  const cases = commands.map((each) => `    ${each.name}) words='${wordsOf(each).join(' ')}' ;;`)
  return `# Completes ringleader in bash: source <(ringleader completion bash)
_ringleader() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command='' words word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${commands.map(({ name }) => name).join('|')}) command=$word; break ;; esac
  done
  COMPREPLY=()
  case $prev in
    ${takers(all, 'path')})
      local IFS=$'\\n'
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "$cur"))
      return ;;
    ${takers(all, 'word')}) return ;;
  esac
  case $command in
${cases.join('\n')}
    *) words='${[...commands.map(({ name }) => name), ...wordsOf(main)].join(' ')}' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _ringleader ringleader
`
}

/** In single quotes, with the colons and brackets that _arguments and _describe read escaped. */
function zshWord(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&').replaceAll("'", "'\\''")
}

function zshScript(main: Listed, commands: readonly Listed[]): string {
  const flagsOf = ({ flags }: Listed) =>
    flags.flatMap(({ words, value, about }) =>
      words.map((word) => {
        const tail = value === 'path' ? ':file:_files' : value === 'word' ? ':value: ' : ''
        return `      '${word}[${zshWord(about)}]${tail}'`
      }),
    )
  const block = (each: Listed, last: string) =>
    `_arguments -S \\\n${[...flagsOf(each), `      ${last}`].join(' \\\n')}`
  const cases = commands.map((each) => {
    const rest = each.choices.length > 0 ? `'*:value:(${each.choices.join(' ')})'` : `'*: : '`
    return `    ${each.name}) ${block(each, rest)} ;;`
  })
  return `#compdef ringleader
# Completes ringleader in zsh: put it into a folder of $fpath as _ringleader, or: source <(ringleader completion zsh)
_ringleader() {
  local -a commands
  commands=(
${commands.map(({ name, about }) => `    '${name}:${zshWord(about)}'`).join('\n')}
  )
  local command word
  for word in \${words[2,CURRENT-1]}; do
    case $word in (${commands.map(({ name }) => name).join('|')}) command=$word; break ;; esac
  done
  case $command in
${cases.join('\n')}
    *)
      [[ $PREFIX == -* ]] || _describe command commands
      ${block(main, "'*: : '")} ;;
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _ringleader "$@"; else compdef _ringleader ringleader; fi
`
}

function fishWord(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

function fishScript(main: Listed, commands: readonly Listed[]): string {
  const names = commands.map(({ name }) => name).join(' ')
  const lines = [
    '# Completes ringleader in fish: ringleader completion fish > ~/.config/fish/completions/ringleader.fish',
    'complete -c ringleader -f',
  ]
  const add = (when: string, each: Listed) => {
    for (const { words, value, about } of each.flags) {
      const named = words.map((word) => {
        if (word.startsWith('--')) return `-l ${word.slice(2)}`
        return word.length === 2 ? `-s ${word.slice(1)}` : `-o ${word.slice(1)}`
      })
      const taken = value === 'path' ? ' -r -F' : value === 'word' ? ' -x' : ''
      lines.push(
        `complete -c ringleader -n ${fishWord(when)} ${named.join(' ')}${taken} -d ${fishWord(about)}`,
      )
    }
    for (const choice of each.choices) lines.push(`complete -c ringleader -n ${fishWord(when)} -a ${choice}`)
  }
  const isNone = `not __fish_seen_subcommand_from ${names}`
  for (const { name, about } of commands)
    lines.push(`complete -c ringleader -n ${fishWord(isNone)} -a ${name} -d ${fishWord(about)}`)
  add(isNone, main)
  for (const each of commands) add(`__fish_seen_subcommand_from ${each.name}`, each)
  return `${lines.join('\n')}\n`
}
