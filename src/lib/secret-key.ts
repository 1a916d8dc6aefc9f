import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from './app-error.ts'

/**
 * Reads `dataDir/keys/secret.key`, or makes it: 64 hexadecimal digits from `random`, mode 0600, on
 * disk before it is used. Of two processes that make it at once, both use the same one.
 *
 * @param random gives that many unguessable bytes
 * @throws AppError `bad-secret-key` when the file is there but too short to be a key
 */
export async function readOrMakeSecretKey(
  dataDir: string,
  random: (sizeBytes: number) => Buffer,
): Promise<string> {
  const folder = join(dataDir, 'keys')
  const path = join(folder, 'secret.key')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const kept = await readKey(path)
  if (kept !== undefined) return kept
  const fresh = `${path}.${random(6).toString('hex')}`
  await writeDurably(fresh, `${random(32).toString('hex')}\n`)
  try {
    await link(fresh, path).catch(acceptExisting)
  } finally {
    await rm(fresh)
  }
  return (await readKey(path)) ?? ''
}

async function readKey(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(acceptMissing)
  if (text === undefined) return undefined
  if (text.trim().length >= 32) return text.trim()
  throw new AppError('bad-secret-key', `${path} is damaged: bring it back from a backup`, { path })
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

function acceptExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
}

function acceptMissing(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
}
