// Links within the repository lead somewhere: to a file that is there, and to a heading of it.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

import { anchorsOf, documents, linksOf } from './documents.ts'

/** What is wrong with the links of a document. */
function broken(document: string, text: string): string[] {
  return linksOf(text)
    .filter((link) => !/^[a-z]+:/.test(link))
    .flatMap((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? document : join(dirname(document), path)
      if (!existsSync(target)) return [`${document} links to ${link}: there is no such file`]
      if (anchor === undefined) return []
      const there = target === document ? text : readFileSync(target, 'utf8')
      return anchorsOf(there).has(anchor) ? [] : [`${document} links to ${link}: there is no such heading`]
    })
}

test('the documents link to files and headings that are there', () => {
  assert.deepEqual(
    documents.flatMap((document) => broken(document, readFileSync(document, 'utf8'))),
    [],
  )
})

test('a link that leads nowhere is named', () => {
  const text = '# A `b`, c\n\n[x](#a-b-c) [y](#nothing) [z](nowhere.md) [u](https://example.org) `[v](w)`\n'
  assert.deepEqual(broken('docs/cli.md', text), [
    'docs/cli.md links to #nothing: there is no such heading',
    'docs/cli.md links to nowhere.md: there is no such file',
  ])
})

test('every page of docs is reached from the README', () => {
  const seen = new Set<string>()
  const walk = (document: string): void => {
    if (seen.has(document) || !document.endsWith('.md')) return
    seen.add(document)
    for (const link of linksOf(readFileSync(document, 'utf8')))
      if (!/^[a-z]+:|^#/.test(link)) walk(join(dirname(document), link.split('#')[0] ?? ''))
  }
  walk('README.md')
  assert.deepEqual(
    documents.filter((document) => !seen.has(document)),
    [],
  )
})

test('every document that a page of the site links to is a page of the site', () => {
  const site = JSON.parse(readFileSync('typedoc.json', 'utf8')) as {
    readme: string
    projectDocuments: string[]
  }
  const pages = [site.readme, ...site.projectDocuments]
  const raw = pages.flatMap((page) =>
    linksOf(readFileSync(page, 'utf8'))
      .filter((link) => !/^[a-z]+:|^#/.test(link))
      .map((link) => join(dirname(page), link.split('#')[0] ?? ''))
      .filter((target) => target.endsWith('.md') && !pages.includes(target))
      .map((target) => `${page} links to ${target}`),
  )
  assert.deepEqual(raw, [])
})
