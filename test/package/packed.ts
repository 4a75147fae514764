// Packs the package from the sources as `npm pack` does, in a scratch folder, so that the dist/ of the
// checkout, which other tests run, stays as it is.
import { execFile } from 'node:child_process'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What the package is made from. */
const sources = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'LICENSE',
  'tsconfig.json',
  'tsconfig.build.json',
  'bench',
  'docs',
  'examples',
  'man',
  'page',
  'scripts',
  'src',
  // The laboratory is built from both.
  'sim',
  'lab',
  'test/protocol',
]

/** A tarball, and the paths of the files in it. */
export type Packed = { readonly tarball: string; readonly files: readonly string[] }

/** Copies what the package is made from to `dir`/source, and packs it into `dir`. */
export async function pack(dir: string): Promise<Packed> {
  const source = join(dir, 'source')
  await mkdir(source)
  for (const path of sources) await cp(path, join(source, path), { recursive: true })
  await symlink(resolve('node_modules'), join(source, 'node_modules'), 'junction')
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', dir], { cwd: source })
  // What the scripts print comes first.
  const [made] = JSON.parse(stdout.slice(stdout.search(/^\[/m))) as [Listing]
  return { tarball: join(dir, made.filename), files: made.files.map(({ path }) => path) }
}

type Listing = { filename: string; files: { path: string }[] }
