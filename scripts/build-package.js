// Builds dist/ as it is published; `npm pack` runs it. Beyond `npm run build`: from an empty folder, one
// bundled declaration file, and a door for CommonJS callers.
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rollup } from 'rollup'
import { dts } from 'rollup-plugin-dts'

const dist = 'dist'

rmSync(dist, { recursive: true, force: true })
for (const part of ['program', 'page', 'lab'])
  execFileSync(process.execPath, [`scripts/build-${part}.js`], { stdio: 'inherit' })
await bundleTypes()
// Node loads an ES module with require() from 20.19 on; a file of its own has types that say CommonJS.
writeFileSync(join(dist, 'index.cjs'), "module.exports = require('./index.js')\n")

/** Writes the types of what `exports` shows, twice: TypeScript takes .d.ts for a module, .d.cts for CommonJS. */
async function bundleTypes() {
  const bundle = await rollup({
    input: 'src/index.ts',
    plugins: [dts({ tsconfig: 'tsconfig.build.json' })],
    external: [/^node:/],
    onwarn: (warning) => {
      throw new Error(warning.message)
    },
  })
  for (const file of ['index.d.ts', 'index.d.cts']) await bundle.write({ file: join(dist, file) })
  await bundle.close()
}
