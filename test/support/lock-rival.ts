import { createInterface } from 'node:readline'
import { type OwnerLock, takeOwnerLock } from '../../src/db/owner-lock.ts'
import { AppError } from '../../src/lib/app-error.ts'

// Tries to become the owner at each line `take PATH` on standard input, and gives up what it has at `release`.
let lock: OwnerLock | undefined
console.log('ready')
for await (const line of createInterface(process.stdin)) {
  const [order, path = ''] = line.split(' ')
  if (order === 'take') console.log(await take(path))
  else {
    await lock?.release()
    lock = undefined
    console.log('released')
  }
}

async function take(path: string): Promise<string> {
  try {
    lock = await takeOwnerLock(path)
    return 'owner'
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return error.code
  }
}
