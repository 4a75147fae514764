// Makes src/wire/schema.ts from src/wire/ringleader.proto: the codec library's static code (no eval, no
// reflection at run time) with types in front of it. One .ts file, so that every build compiles it alike.
// Usage: npm run generate; with --print it goes to stdout (a test compares that with the file).
import { writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import pbjs from 'protobufjs-cli/pbjs.js'

const proto = 'src/wire/ringleader.proto'
const target = 'src/wire/schema.ts'
const run = promisify(pbjs.main)

const flags = ['create', 'verify', 'convert', 'delimited', 'typeurl', 'service', 'comments', 'beautify']
const options = [
  '-t',
  'static-module',
  '-w',
  'esm',
  '-r',
  'ringleader',
  ...flags.map((flag) => `--no-${flag}`),
]
const code = await run([...options, proto])
const schema = JSON.parse(await run(['-t', 'json', proto])).nested.ringleader.nested

const scalars = { bytes: 'Uint8Array', string: 'string', bool: 'boolean', uint32: 'number', uint64: 'Wide' }
const isEnum = (type) => schema[type]?.values !== undefined

function typeOf({ type, rule }) {
  const one = scalars[type] ?? (isEnum(type) ? 'number' : type)
  return rule === 'repeated' ? `readonly ${one}[]` : one
}

/** Without indentation and lint marks it is half as large, and loads the faster. */
function compact(text) {
  return text
    .replace(/^\/\*eslint-disable.*\n/, '')
    .replace(/\nexport \{[^}]*\};?\n?$/, '\n')
    .replace('export const ringleader', 'const ringleader')
    .replace(/^\s+/gm, '')
}

const types = Object.entries(schema)
  .filter(([name]) => !isEnum(name))
  .map(([name, { fields }]) => {
    const lines = Object.entries(fields).map(([field, spec]) => `  ${field}?: ${typeOf(spec)} | null`)
    return `export type ${name} = {\n${lines.join('\n')}\n}\n`.replace('{\n\n}', 'object')
  })
const codecs = Object.entries(schema).map(([name, { values }]) =>
  values
    ? `  ${name}: ${JSON.stringify(values).replaceAll('"', '').replaceAll(':', ': ').replaceAll(',', ', ')}`
    : `  ${name}: Codec<${name}>`,
)

const output = `/* oxlint-disable */
// @ts-nocheck
/**
 * Generated from ringleader.proto by \`npm run generate\`: do not edit. It knows the layout of every frame;
 * codec.ts checks limits and what is valid.
 */

/** A 64-bit number, as the codec library gives it. */
export type Wide = number | { low: number; high: number }

/** Encodes a message to a writer, and back. */
export type Codec<T> = {
  encode(message: T, writer?: Writer): Writer
  decode(bytes: Uint8Array): T
}
export type Writer = {
  uint32(value: number): Writer
  finish(): Uint8Array
}

${types.join('\n')}
export type Schema = {
${codecs.join('\n')}
}

${compact(code)}
/** The codecs, typed. */
export const schema: Schema = ringleader as unknown as Schema
`
if (process.argv.includes('--print')) process.stdout.write(output)
else writeFileSync(target, output)
