// Builds the laboratory into dist/lab/lab.html: one file that works without a network. It contains the simulator, which is no
// part of src/, and `ringleader lab --text` takes its program out of it.
// Usage: node scripts/build-lab.js, in the folder of package.json
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { build } from 'esbuild'

const out = join('dist', 'lab')
// It can be sent by mail.
const bytesMax = 400 * 1000

// The built-ins that the codec uses exist in no browser.
const shims = {
  name: 'built-ins',
  setup({ onResolve }) {
    onResolve({ filter: /^node:(buffer|crypto)$/ }, ({ path }) => ({
      path: resolve('lab/browser', `${path.slice('node:'.length)}.ts`),
    }))
  },
}

mkdirSync(out, { recursive: true })
const { outputFiles } = await build({
  entryPoints: ['lab/page/main.tsx'],
  bundle: true,
  write: false,
  format: 'iife',
  platform: 'browser',
  target: ['chrome109', 'firefox115', 'safari16'],
  minify: true,
  charset: 'utf8',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [shims],
  logLevel: 'warning',
})
const [{ text }] = outputFiles
const { code: css } = await build({
  entryPoints: ['lab/page/lab.css'],
  write: false,
  minify: true,
  logLevel: 'warning',
}).then(({ outputFiles: [file] }) => ({ code: file.text }))
const packed = deflateRawSync(text, { level: 9 }).toString('base64')
const html = readFileSync('lab/page/lab.html', 'utf8')
  .replace('/* style */', () => css.trim())
  .replace('/* program */', () => packed)
const file = join(out, 'lab.html')
writeFileSync(file, html)
const { size } = statSync(file)
if (size > bytesMax) throw new Error(`${file}: ${size} bytes, and ${bytesMax} are the most`)
