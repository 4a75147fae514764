// Compiles everything into build/, unless build/ is what the sources as they are were compiled to. That is told
// by content, not by time stamps: a stamp in build/ holds a hash of all sources, of the settings and installed
// packages, and of when each compiled file was written. So a changed source, a touched or a missing output all
// lead to a compilation. Compiled files without a source are removed.
// Usage: node scripts/compile.js, in the folder of tsconfig.json
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const { compilerOptions, include } = JSON.parse(readFileSync('tsconfig.json', 'utf8'))
const build = compilerOptions.outDir
const stamp = join(build, '.compiled')
const settings = ['tsconfig.json', 'package.json', 'node_modules/.package-lock.json']

function filesIn(folder, ending) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith(ending))
    .sort()
}

function hashOfSources() {
  const hash = createHash('sha256')
  const sources = include.flatMap((folder) => filesIn(folder, '.ts'))
  for (const file of [...settings.filter((name) => existsSync(name)), ...sources])
    hash.update(`${file}\0`).update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

function outputs() {
  return include.flatMap((folder) => filesIn(join(build, folder), '.js'))
}

function hashOfOutputs() {
  const hash = createHash('sha256')
  for (const file of outputs()) {
    const { mtimeMs, size } = statSync(file)
    hash.update(`${file}\0${mtimeMs}\0${size}\0`)
  }
  return hash.digest('hex')
}

// Before the compiler reads them: what is changed meanwhile is compiled the next time.
const sources = hashOfSources()
const isFresh = existsSync(stamp) && readFileSync(stamp, 'utf8') === `${sources} ${hashOfOutputs()}`
if (!isFresh) {
  rmSync(stamp, { force: true })
  for (const file of outputs()) {
    const source = file.slice(build.length + 1).replace(/\.js$/, '.ts')
    if (!existsSync(source)) for (const old of [file, `${file}.map`]) rmSync(old, { force: true })
  }
  const typescript = createRequire(import.meta.url).resolve('@typescript/native/package.json')
  const { bin } = JSON.parse(readFileSync(typescript, 'utf8'))
  const { status } = spawnSync(
    process.execPath,
    [join(dirname(typescript), bin.tsc), '-p', 'tsconfig.json'],
    {
      stdio: 'inherit',
    },
  )
  if (status === 0) writeFileSync(stamp, `${sources} ${hashOfOutputs()}`)
  else process.exitCode = status ?? 1
}
