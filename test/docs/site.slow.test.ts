// The documentation site (`npm run docs`): it builds without a warning, every link of it leads somewhere, and
// nothing of it is loaded from the network.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, normalize } from 'node:path'
import { after, before, test } from 'node:test'
import { inflateSync } from 'node:zlib'

import { documents } from './documents.ts'

let site = ''
let pages: readonly string[] = []

const read = (path: string): string => readFileSync(join(site, path), 'utf8')

before(async () => {
  site = await mkdtemp(join(tmpdir(), 'ringleader-site-'))
  const [code, told] = await new Promise<[number | null, string]>((resolve, reject) => {
    const child = spawn(process.execPath, ['node_modules/typedoc/bin/typedoc', '--out', site], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (more: string) => (text += more))
    child.on('error', reject)
    child.on('close', (status) => resolve([status, text]))
  })
  assert.equal(code, 0, told)
  pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.html'))
})

after(() => rm(site, { recursive: true, force: true }))

function attributes(html: string, tag: string, name: string): string[] {
  const found = html.matchAll(new RegExp(`<${tag}\\b[^>]*?\\s${name}="([^"]*)"`, 'g'))
  return [...found].map(([, value]) => (value ?? '').replaceAll('&amp;', '&'))
}

test('every link of the site leads to a page and to an anchor of it', () => {
  const files = new Set(
    readdirSync(site, { recursive: true, encoding: 'utf8' }).map((path) => normalize(path)),
  )
  const anchors = new Map(pages.map((page) => [page, new Set(attributes(read(page), '\\w+', 'id'))]))
  const broken: string[] = []
  let count = 0
  for (const page of pages) {
    const html = read(page)
    const targets = [
      ...attributes(html, 'a', 'href'),
      ...attributes(html, 'link', 'href'),
      ...attributes(html, 'script', 'src'),
      ...attributes(html, 'img', 'src'),
    ]
    for (const target of targets) {
      if (/^https?:/.test(target) || target === '#' || target === '') continue
      count++
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)))
      if (!files.has(file)) broken.push(`${page}: ${target} is not there`)
      else if (file.endsWith('.md')) broken.push(`${page}: ${target} is raw Markdown, not a page`)
      else if (anchor !== undefined && anchors.get(file)?.has(decodeURIComponent(anchor)) === false)
        broken.push(`${page}: ${target} has no such anchor`)
    }
  }
  assert.ok(count > 500, `${count} links`)
  assert.deepEqual(broken, [])
})

test('the site loads nothing from the network', () => {
  for (const page of pages) {
    const html = read(page)
    const loaded = [
      ...attributes(html, 'link', 'href'),
      ...['script', 'img', 'iframe', 'source', 'video'].flatMap((tag) => attributes(html, tag, 'src')),
    ]
    assert.deepEqual(
      loaded.filter((target) => /^(?:https?:)?\/\//.test(target)),
      [],
      page,
    )
  }
  for (const name of readdirSync(join(site, 'assets')).filter((file) => file.endsWith('.css')))
    assert.doesNotMatch(read(join('assets', name)), /@import|url\(["']?(?:https?:)?\/\//, name)
})

test('every document and every public name has its page', () => {
  for (const document of documents.filter((path) => path !== 'README.md')) {
    const name = basename(document, '.md')
    assert.ok(pages.includes(join('documents', `${name}.html`)), document)
  }
  const index = readFileSync('src/index.ts', 'utf8')
  const listed = [...index.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.trim()),
  )
  const functions = [...index.matchAll(/^export async function (\w+)/gm)].map(([, name]) => name ?? '')
  const names = [...listed, ...functions].filter((name) => name !== '')
  assert.ok(names.length > 10)
  assert.deepEqual(
    names.filter((name) => !pages.some((page) => page.endsWith(`ringleader.${name}.html`))),
    [],
  )
})

test('the search finds text of documents and docstrings', () => {
  const packed = /"([^"]+)"/.exec(read('assets/search.js'))?.[1] ?? ''
  const index = inflateSync(Buffer.from(packed, 'base64')).toString()
  // Words are stemmed, in lower case.
  for (const word of ['createroom', 'swallow', 'lamport']) assert.ok(index.includes(`"${word}`), word)
})
