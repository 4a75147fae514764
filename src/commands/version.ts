/**
 * Reads the version of this package from its package.json.
 */

import { readFileSync } from 'node:fs'

/** As in package.json. */
export function version(): string {
  // Bundled it lies in dist/, for tests in build/src/commands/.
  for (const up of ['../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as {
        name: string
        version: string
      }
      if (name === 'ringleader') return version
    } catch {
      // Not this one.
    }
  }
  return 'unknown'
}
