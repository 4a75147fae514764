// Builds dist/ as it is published; `npm pack` runs it. Beyond `npm run build`: from an empty folder, one
// bundled declaration file, a door for CommonJS callers, and no module that nothing imports.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { rollup } from 'rollup'
import { dts } from 'rollup-plugin-dts'

const dist = 'dist'
const { bin } = JSON.parse(readFileSync('package.json', 'utf8'))

rmSync(dist, { recursive: true, force: true })
execFileSync(process.execPath, ['node_modules/@typescript/native/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
})
removeUnreached([join(dist, 'index.js'), ...Object.values(bin)])
execFileSync(process.execPath, ['scripts/build-lab.js'], { stdio: 'inherit' })
await bundleTypes()
// Node loads an ES module with require() from 20.19 on; a file of its own has types that say CommonJS.
writeFileSync(join(dist, 'index.cjs'), "module.exports = require('./index.js')\n")

/** Files of types compile to modules that export nothing: they go. Any other unreached file is an error. */
function removeUnreached(entries) {
  const reached = new Set()
  const visit = (file) => {
    if (reached.has(file)) return
    reached.add(file)
    for (const next of importsOf(file)) visit(next)
  }
  for (const entry of entries) visit(entry)
  for (const name of readdirSync(dist, { recursive: true })) {
    const file = join(dist, name)
    if (!file.endsWith('.js') || reached.has(file)) continue
    const code = readFileSync(file, 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '')
    if (code.trim() !== 'export {};')
      throw new Error(`${file}: no module imports it; move or remove its source`)
    rmSync(file)
  }
}

/** The files of dist/ that one of them loads: imports, and programs and workers named by URL. */
function importsOf(file) {
  const code = readFileSync(file, 'utf8')
  const named = [
    ...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g),
    ...code.matchAll(/\bnew URL\('([^']+\.js)', import\.meta\.url\)/g),
  ]
  return named.map(([, target]) => join(dirname(file), target)).filter((target) => existsSync(target))
}

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
