/** Keys and certificates: minted, kept, judged. */

import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { RingleaderError } from '../../src/peer/errors.ts'
import {
  identityFile,
  loadIdentity,
  loadOrMintIdentity,
  mintIdentity,
  saveIdentity,
} from '../../src/transport/identity.ts'

let scratch: string
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'identity-'))
})
afterEach(() => rm(scratch, { recursive: true, force: true }))

const unusable = (error: unknown) => error instanceof RingleaderError && error.code === 'ERR_HOME_UNUSABLE'

test('a uid is the first 16 bytes of SHA-256 over the key', async () => {
  const { uid, cert } = await mintIdentity()
  const spki = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' })
  assert.equal(uid, createHash('sha256').update(spki).digest('hex').slice(0, 32))
  assert.notEqual((await mintIdentity()).uid, uid)
})

test('a home keeps its identity, and only its owner may read it', async () => {
  const home = join(scratch, 'a', 'home')
  assert.equal(await loadIdentity(home), undefined)
  const minted = await loadOrMintIdentity(home)
  assert.deepEqual(await loadOrMintIdentity(home), minted)
  assert.deepEqual(await loadIdentity(home), minted)
  assert.equal((await stat(join(home, identityFile))).mode & 0o777, 0o600)
  assert.equal((await stat(home)).mode & 0o777, 0o700)
  assert.deepEqual(await readdir(home), [identityFile], 'nothing is left beside it')
})

test('a new identity replaces the old one', async () => {
  await loadOrMintIdentity(scratch)
  const other = await mintIdentity()
  await saveIdentity(scratch, other)
  assert.deepEqual(await loadIdentity(scratch), other)
})

test('a damaged file is named, and left as it is', async () => {
  const path = join(scratch, identityFile)
  const { key } = await mintIdentity()
  const { cert } = await mintIdentity()
  for (const text of ['', 'nonsense', key, cert, key + cert]) {
    await writeFile(path, text)
    await assert.rejects(loadOrMintIdentity(scratch), unusable)
    assert.equal(await readFile(path, 'utf8'), text)
  }
})

test('a home that cannot be written is named', async () => {
  const file = join(scratch, 'file')
  await writeFile(file, '')
  await assert.rejects(loadOrMintIdentity(join(file, 'home')), unusable)
  if (process.getuid?.() === 0) return
  await chmod(scratch, 0o500)
  await assert.rejects(loadOrMintIdentity(scratch), unusable)
  await chmod(scratch, 0o700)
})
