import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { TEST_SECRET_KEY } from '../support/ground.ts'
import type { SendingDesk } from './sending-desk.ts'

/**
 * A node of its own process that sends from the desk's outbox; killed with the test.
 *
 * @param instanceId a row among the nodes that the test keeps; without it the process has its own heartbeat
 */
export async function startSenderProcess(desk: SendingDesk, instanceId?: number): Promise<ChildProcess> {
  const { database, blobs, certificates } = desk
  const order = {
    url: database.url,
    instanceId,
    root: blobs.root,
    ca: certificates.ca,
    secretKey: TEST_SECRET_KEY,
  }
  const file = fileURLToPath(new URL('./sender-main.ts', import.meta.url))
  const child = fork(file, [JSON.stringify(order)], { execArgv: [] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  return child
}
