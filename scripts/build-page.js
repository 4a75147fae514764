// Bundles page/ into dist/page/: index.html, page.js, page.css. Nothing of it is loaded from anywhere else.
// Usage: node scripts/build-page.js
import { copyFileSync, mkdirSync } from 'node:fs'
import { build } from 'esbuild'

const out = 'dist/page'

mkdirSync(out, { recursive: true })
await build({
  entryPoints: ['page/main.tsx', 'page/page.css'].map((file) => ({ in: file, out: 'page' })),
  outdir: out,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome111', 'firefox113', 'safari16.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  logLevel: 'warning',
})
copyFileSync('page/index.html', `${out}/index.html`)
