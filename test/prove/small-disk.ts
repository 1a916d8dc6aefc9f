import { execFile } from 'node:child_process'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const runFile = promisify(execFile)

/** A file system of its own that a test can fill to the last byte. `canFill` is false where nothing may be mounted. */
export type SmallDisk = {
  folder: string
  canFill: boolean
  fill: () => Promise<void>
  empty: () => Promise<void>
  remove: () => Promise<void>
}

/** Mounts a tmpfs as root, and is a plain folder for anybody else. */
export async function makeSmallDisk(sizeMb: number): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'letterdesk-disk-'))
  const canFill = process.getuid?.() === 0 && (await mounts(folder, sizeMb))
  const ballast = join(folder, 'ballast')
  return {
    folder,
    canFill,
    fill: () => writeUntilFull(ballast),
    empty: () => rm(ballast, { force: true }),
    remove: async () => {
      if (canFill) await runFile('umount', ['--lazy', folder])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A container may forbid it even to root. */
async function mounts(folder: string, sizeMb: number): Promise<boolean> {
  const options = ['-t', 'tmpfs', '-o', `size=${sizeMb}m,mode=0755`, 'letterdesk-test', folder]
  return await runFile('mount', options).then(
    () => true,
    () => false,
  )
}

async function writeUntilFull(file: string): Promise<void> {
  const handle = await open(file, 'a')
  try {
    for (const size of [1_048_576, 4_096]) {
      const chunk = Buffer.alloc(size)
      for (;;) if (!(await writes(handle, chunk))) break
    }
  } finally {
    await handle.close()
  }
}

async function writes(handle: Awaited<ReturnType<typeof open>>, chunk: Buffer): Promise<boolean> {
  try {
    return (await handle.write(chunk)).bytesWritten === chunk.length
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false
    throw error
  }
}
