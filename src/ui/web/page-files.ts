/**
 * Holds the files of the page, as they were built.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const types = { 'index.html': 'text/html', 'page.js': 'text/javascript', 'page.css': 'text/css' } as const

export type PageFile = { readonly type: string; readonly bytes: Buffer }

/** By their paths; `/` is index.html. Undefined: they are not there. `folder`: where the build puts them. */
export function readPage(folder: string): ReadonlyMap<string, PageFile> | undefined {
  const files = new Map<string, PageFile>()
  try {
    for (const [name, type] of Object.entries(types))
      files.set(name === 'index.html' ? '/' : `/${name}`, {
        type: `${type}; charset=utf-8`,
        bytes: readFileSync(join(folder, name)),
      })
  } catch {
    return undefined
  }
  return files
}
