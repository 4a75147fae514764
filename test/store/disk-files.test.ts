/** Files that are fetched, on disks that are full or fill up, and what an earlier try has left. */

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDiskFiles } from '../../src/store/files/disk-files.ts'
import { pieceBytes } from '../../src/wire/limits.ts'
import { scratchFolders } from './scratch.ts'
import { tinyDisks } from './tiny-disk.ts'

const newFolder = scratchFolders()
const newDisk = tinyDisks()

/** A file of three pieces, as who offers it knows it. */
async function offered() {
  const path = join(newFolder(), 'film.mkv')
  const bytes = randomBytes(2 * pieceBytes + 100)
  await writeFile(path, bytes)
  const disk = await openDiskFiles(undefined)
  const file = await disk.survey(path)
  const pieces = [0, 1, 2].map((piece) => bytes.subarray(piece * pieceBytes, (piece + 1) * pieceBytes))
  const begin = (folder: string) => disk.begin(folder, file.name, file.size, file.hash, file.hashes)
  return { bytes, pieces, begin }
}

test('a disk without room for a file refuses it before the first piece, and says how much to free', async (context) => {
  const folder = newDisk(17 * 1024)
  if (folder === undefined) return context.skip('no disk can be mounted here')
  const { begin } = await offered()
  const refused = {
    code: 'ERR_DISK_FULL',
    message: /has no room for film\.mkv \(2\.1 MB\): .* more must be free there/,
  }
  await assert.rejects(begin(folder), refused)
  assert.deepEqual(await readdir(folder), [])
})

test('a disk that fills up meanwhile ends the fetch; what came is kept, and it goes on when there is room', async (context) => {
  const folder = newDisk(20 * 1024)
  if (folder === undefined) return context.skip('no disk can be mounted here')
  const { bytes, pieces, begin } = await offered()
  const part = await begin(folder)
  assert.ok(await part.write(0, pieces[0]!))
  // Others use the rest of the disk.
  await assert.rejects(writeFile(join(folder, 'other'), randomBytes(20 * 1024 * 1024)), { code: 'ENOSPC' })
  await assert.rejects(part.write(1, pieces[1]!), { code: 'ERR_DISK_FULL', message: /free some space/ })
  await part.close()
  assert.ok(!(await readdir(folder)).includes('film.mkv'))
  await rm(join(folder, 'other'))
  const again = await begin(folder)
  assert.equal(again.pieces, 1)
  for (const piece of [1, 2]) assert.ok(await again.write(piece, pieces[piece]!))
  const path = await again.finish()
  assert.equal(path, join(folder, 'film.mkv'))
  assert.ok(bytes.equals(await readFile(path)))
  assert.deepEqual(await readdir(folder), ['film.mkv'])
})

test('a part is not written through a link, nor by two fetches at a time', async () => {
  const { begin } = await offered()
  const [folder, other] = [newFolder(), newFolder()]
  const part = await begin(folder)
  const [name = ''] = await readdir(folder)
  await assert.rejects(begin(folder), { code: 'ERR_FILE', message: /is being fetched into .* already/ })
  await part.close()
  await (await begin(folder)).close()
  const mine = join(newFolder(), 'mine')
  await writeFile(mine, 'mine')
  await symlink(mine, join(other, name))
  await assert.rejects(begin(other), { code: 'ERR_FILE', message: /is in the way/ })
  assert.equal(await readFile(mine, 'utf8'), 'mine')
})

test('a piece that differs is not written; of a damaged part the pieces before the damage count', async () => {
  const folder = newFolder()
  const { pieces, begin } = await offered()
  const part = await begin(folder)
  assert.ok(await part.write(0, pieces[0]!))
  assert.equal(await part.write(1, pieces[0]!), false)
  assert.ok(await part.write(1, pieces[1]!))
  await part.close()
  const [name = ''] = await readdir(folder)
  await truncate(join(folder, name), 2 * pieceBytes - 1)
  const again = await begin(folder)
  assert.equal(again.pieces, 1)
  await again.close()
})

test('a folder that cannot be made is refused with a line, at once', async (context) => {
  if (process.platform !== 'linux') return context.skip('there is no /proc')
  const { begin } = await offered()
  await assert.rejects(begin('/proc/x/y'), { code: 'ERR_FILE', message: /choose another with --files/ })
})
