/**
 * The program inside a patched copy: hunts as its command line says, and prints what it caught
 * as one line of JSON. Not for people: `npm run mutants` starts it.
 *
 *   node hunter.js seeds 1 500        node hunter.js script 06-token-lost.txt /path/to/06-token-lost.txt
 */

import { readFileSync } from 'node:fs'
import { trySeeds, tryScript } from './hunt.ts'

const [kind, a = '', b = ''] = process.argv.slice(2)
const found = kind === 'script' ? tryScript(a, readFileSync(b, 'utf8')) : trySeeds(Number(a), Number(b))
process.stdout.write(`${JSON.stringify(found ?? null)}\n`)
