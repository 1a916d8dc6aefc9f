import { statfs } from 'node:fs/promises'
import type { DISK_STATES } from '../shared/health-words.ts'

/** How much room a disk has. */
export type DiskRoom = (typeof DISK_STATES)[number]

const tightPart = 0.05 // of the disk: enough to act before it is full
const leastBytes = 16 * 1_048_576 // of a file of Postgres's log: without room for the next it stops

/** The room that is left for us on the disk of a folder; what the system says of it is asked anew each time. */
export async function readDiskRoom(folder: string): Promise<DiskRoom> {
  const { bavail, blocks, bsize } = await statfs(folder)
  if (blocks === 0) return 'enough' // a file system that does not count
  if (bavail * bsize < leastBytes) return 'full'
  return bavail / blocks > tightPart ? 'enough' : 'tight'
}
