// --help, the man page and the completions name every command and flag that the parser knows.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { completion } from '../../src/commands/shell-completion.ts'
import { makeProgram, parseCommandLine } from '../../src/commands/flags.ts'

const program = makeProgram(
  () => {},
  () => {},
)
const commands = program.commands.map((command) => command.name())
/** Of a chat, as people type them; and those that only a command has. */
const flags = program.options.flatMap(wordsOf)
const others = program.commands.flatMap((command) => command.options.flatMap(wordsOf))

function wordsOf({ short, long }: { short?: string; long?: string }): string[] {
  const own = long?.startsWith('--neighbor-') ? `-n${long.charAt(11)}` : short
  return [own, long].filter((word) => word !== undefined)
}

function has(text: string, word: string): boolean {
  return new RegExp(`(^|[^\\w-])${word}(?![\\w-])`, 'm').test(text)
}

/** A file with this text, which is gone after the test. */
function fileOf(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringleader-help-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'script'), text)
  return join(folder, 'script')
}

function runs(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0
}

test('--help has every command and flag, in fewer than 50 lines of at most 100 columns', () => {
  const line = parseCommandLine(['--help'])
  assert.ok(line.command === 'print' && line.code === 0)
  for (const word of [...commands, ...flags]) assert.ok(has(line.text, word), word)
  const lines = line.text.trimEnd().split('\n')
  assert.ok(lines.length < 50, `${lines.length} lines`)
  for (const text of lines) assert.ok(text.length <= 100, text)
})

test('--help after a command has its flags', () => {
  for (const command of program.commands) {
    const line = parseCommandLine([command.name(), '--help'])
    assert.ok(line.command === 'print' && line.code === 0, command.name())
    assert.match(line.text, new RegExp(`^Usage: ringleader ${command.name()} `))
    for (const word of command.options.flatMap(wordsOf)) assert.ok(has(line.text, word), word)
  }
})

test('the man page has every command and flag, and is in the package', (t) => {
  const text = readFileSync('man/ringleader.1', 'utf8')
    .replaceAll('\\-', '-')
    .replace(/\\f[A-Z]/g, '')
  for (const word of [...commands, ...flags, ...others]) assert.ok(has(text, word), word)
  const { man, files } = JSON.parse(readFileSync('package.json', 'utf8')) as { man: string; files: string[] }
  assert.equal(man, 'man/ringleader.1')
  assert.ok(files.includes('man'))
  if (!runs('groff')) return t.skip('the page is not formatted: needs groff')
  const { stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z', 'man/ringleader.1'], {
    encoding: 'utf8',
  })
  assert.equal(stderr, '')
})

for (const shell of ['bash', 'zsh', 'fish'] as const)
  test(`the completion for ${shell} has every command and flag, and ${shell} can read it`, (t) => {
    const script = completion(shell)
    for (const word of commands) assert.ok(has(script, word), word)
    for (const word of [...flags, ...others]) {
      const typed =
        shell === 'fish'
          ? word
              .replace(/^--/, '-l ')
              .replace(/^-(\w)$/, '-s $1')
              .replace(/^-(\w\w)$/, '-o $1')
          : word
      assert.ok(script.includes(typed), typed)
    }
    if (!runs(shell)) return t.skip(`the script is not read: needs ${shell}`)
    assert.equal(execFileSync(shell, ['-n', fileOf(t, script)], { encoding: 'utf8' }), '')
  })

test('bash completes a command, its flags, and a path', (t) => {
  if (!runs('bash')) return t.skip('needs bash')
  const complete = (...words: string[]): string[] => {
    const typed = ['ringleader', ...words].map((word) => `'${word}'`).join(' ')
    const lines = [
      completion('bash'),
      `COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _ringleader`,
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ]
    return execFileSync('bash', { input: lines.join('\n'), encoding: 'utf8' })
      .trimEnd()
      .split('\n')
  }
  assert.deepEqual(complete('hi'), ['history'])
  assert.deepEqual(complete('--nei'), ['--neighbor-address', '--neighbor-port'])
  assert.deepEqual(complete('forget', '--y'), ['--yes'])
  assert.deepEqual(complete('service', '--le'), ['--leader'])
  assert.deepEqual(complete('completion', 'z'), ['zsh'])
  assert.deepEqual(complete('--log', 'tsconfig.b'), ['tsconfig.build.json'])
  assert.deepEqual(complete('-n', 'hi'), [''])
})

test('fish completes a command and a flag', (t) => {
  if (!runs('fish')) return t.skip('needs fish')
  const script = fileOf(t, completion('fish'))
  const complete = (line: string): string[] => {
    const what = `source ${script}; complete -C '${line}'`
    const out = execFileSync('fish', ['--no-config', '-c', what], { encoding: 'utf8' })
    return out
      .trimEnd()
      .split('\n')
      .map((found) => found.split('\t')[0] ?? '')
  }
  assert.deepEqual(complete('ringleader hi'), ['history'])
  assert.deepEqual(complete('ringleader forget --y'), ['--yes'])
  assert.deepEqual(complete('ringleader completion z'), ['zsh'])
})
