// The documents of the project, and what stands in them: fenced blocks, links, headings.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A fenced block of a document or docstring. */
export type Block = {
  /** `file:line` of its first line. */
  readonly where: string
  readonly file: string
  readonly language: string
  readonly text: string
}

function filesUnder(folder: string, extension: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .sort()
}

/** Everything in the repository that people read as Markdown. */
export const documents: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  ...filesUnder('docs', '.md'),
  ...filesUnder('bench', '.md').filter((path) => !path.includes('node_modules')),
]

/** The fenced blocks of a document. Fails on one that does not end. */
export function blocksOf(file: string, text = readFileSync(file, 'utf8')): Block[] {
  const blocks: Block[] = []
  let open: { at: number; language: string; lines: string[] } | undefined
  text.split('\n').forEach((line, i) => {
    const [, indent, language] = /^(\s*)```(\S*)/.exec(line) ?? []
    if (!open) {
      if (indent !== undefined) open = { at: i + 2, language: language ?? '', lines: [] }
    } else if (indent !== undefined) {
      const { at, language, lines } = open
      blocks.push({ where: `${file}:${at}`, file, language, text: `${lines.join('\n')}\n` })
      open = undefined
    } else open.lines.push(line)
  })
  if (open) throw new Error(`${file}:${open.at}: a block that begins here does not end`)
  return blocks
}

/** The `@example` blocks of all docstrings in src. Fails on an example without a fence. */
export function docstringExamples(): Block[] {
  return filesUnder('src', '.ts').flatMap((file) => {
    // Only what stands in docstrings is left, on the lines on which it stood.
    const text = readFileSync(file, 'utf8')
    if (!text.includes('@example')) return []
    const comments = text
      .replace(/\/\*\*[^]*?\*\/|[^\n]/g, (found) => (found.startsWith('/**') ? found : ''))
      .replace(/^ *(?:\/\*\*|\*\/|\* ?)/gm, '')
    const blocks = blocksOf(file, comments)
    const count = comments.match(/^@example$/gm)?.length
    if (count !== blocks.length) throw new Error(`${file}: ${count} examples, ${blocks.length} fenced blocks`)
    return blocks
  })
}

/** The text of a document without its fenced blocks and code spans. */
function proseOf(text: string): string {
  return text
    .replace(/^\s*```[^]*?^\s*```/gm, '')
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, '.'))
}

/** The targets of all links of a document, as they are written. */
export function linksOf(text: string): string[] {
  return [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '')
}

/** The anchors of a document's headings, as GitHub makes them. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of text.replace(/^\s*```[^]*?^\s*```/gm, '').matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-')
    let anchor = slug
    for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${n}`
    anchors.add(anchor)
  }
  return anchors
}
