/**
 * Makes and keeps a node's identity: an Ed25519 key, and the certificate that carries it through TLS
 * (PROTOCOL.md 2.1). A certificate only carries the key: names, dates and signers in it are not checked.
 */

import { createHash, createPrivateKey, KeyObject, webcrypto, X509Certificate } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Uid } from '../core/model/ids.ts'
import { RingleaderError } from '../peer/errors.ts'
import { uidBytes } from '../wire/limits.ts'

export type Identity = {
  readonly uid: Uid
  /** PKCS #8, PEM. */
  readonly key: string
  /** X.509, PEM. */
  readonly cert: string
}

/** The file of a home that holds both, one after the other. */
export const identityFile = 'identity.pem'

/** The first 16 bytes of SHA-256 over an Ed25519 key (SPKI, DER); undefined for any other kind of key. */
export function uidOfKey(key: KeyObject): Uid | undefined {
  if (key.asymmetricKeyType !== 'ed25519') return undefined
  const spki = key.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(spki).digest().subarray(0, uidBytes).toString('hex') as Uid
}

/** A fresh identity, in memory. Takes some 150 ms: loading what makes certificates is most of it. */
export async function mintIdentity(): Promise<Identity> {
  await import('reflect-metadata')
  const { X509CertificateGenerator } = await import('@peculiar/x509')
  const algorithm = { name: 'Ed25519' }
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair
  const cert = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=ringleader',
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date('2120-01-01T00:00:00Z'),
    signingAlgorithm: algorithm,
    keys,
  })
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }) as string
  return identityOf(key, `${cert.toString('pem')}\n`)
}

/**
 * The identity kept in a home; undefined if there is none yet. Rejects with ERR_HOME_UNUSABLE when the
 * file cannot be read or is damaged.
 */
export async function loadIdentity(dir: string): Promise<Identity | undefined> {
  const path = join(dir, identityFile)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined
    throw unusable(`cannot read ${path}: check who may read it, or take another --home`, cause)
  }
  try {
    const split = text.indexOf('-----BEGIN CERTIFICATE-----')
    return identityOf(text.slice(0, split), text.slice(split))
  } catch (cause) {
    throw unusable(
      `${path} is damaged: put it back from a copy, or move the home away and join the room anew`,
      cause,
    )
  }
}

/**
 * Writes an identity into a home (made with mode 0700 if missing), whole or not at all, mode 0600. One
 * that is there already is replaced: the node is then another one. Rejects with ERR_HOME_UNUSABLE or
 * ERR_DISK_FULL.
 */
export async function saveIdentity(dir: string, identity: Identity): Promise<void> {
  const path = join(dir, identityFile)
  const temporary = `${path}.${process.pid}.new`
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    await chmod(dir, 0o700)
    const file = await open(temporary, 'w', 0o600)
    try {
      await file.writeFile(identity.key + identity.cert)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    await syncDirectory(dir)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    if (codeOf(cause) === 'ENOSPC') {
      throw new RingleaderError('ERR_DISK_FULL', `the disk is full: make room for ${dir}`, { cause })
    }
    throw unusable(`cannot write in the home ${dir}: make it writable, or take another --home`, cause)
  }
}

/** The home's identity, minted and saved if there is none. Rejects like loadIdentity and saveIdentity. */
export async function loadOrMintIdentity(dir: string): Promise<Identity> {
  const kept = await loadIdentity(dir)
  if (kept) return kept
  const identity = await mintIdentity()
  await saveIdentity(dir, identity)
  return identity
}

function identityOf(key: string, cert: string): Identity {
  const parsed = new X509Certificate(cert)
  const uid = uidOfKey(parsed.publicKey)
  if (uid === undefined || !parsed.checkPrivateKey(createPrivateKey(key))) {
    throw new Error('the key and the certificate do not belong together')
  }
  return { uid, key, cert }
}

/** So that the new name survives a power cut; not every file system can. */
async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

function unusable(message: string, cause: unknown): RingleaderError {
  return new RingleaderError('ERR_HOME_UNUSABLE', message, { cause })
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
