// Bundles src/ into dist/: the program, the library, and the files of threads and processes that these start by URL. Some tenths
// of a second of each start went into finding and reading 300 modules. Dependencies stay packages of their own, and what is loaded
// later stays in files of its own.
// Usage: node scripts/build-program.js, in the folder of package.json
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const out = 'dist'
/** All lie in one folder, so that a name beside `import.meta.url` is right whichever file the code went into. */
const entries = {
  main: 'src/main.ts',
  index: 'src/index.ts',
  member: 'src/commands/demo/member.ts',
  'sqlite-worker': 'src/store/room/sqlite-worker.ts',
  'verifying-thread': 'src/transport/verifying-thread.ts',
}

const { metafile } = await build({
  entryPoints: entries,
  outdir: out,
  bundle: true,
  splitting: true,
  metafile: true,
  chunkNames: '[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
})

// Of an earlier build.
const built = new Set(Object.keys(metafile.outputs))
for (const entry of readdirSync(out, { withFileTypes: true })) {
  const path = join(out, entry.name)
  if (entry.isFile() && entry.name.endsWith('.js') && !built.has(path)) rmSync(path)
}
