import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

// Below Linux's ephemeral range (32768 up): a port there can be some client's own end the moment a
// test restarts its server on it.
const LOWEST_PORT = 15_000
const HIGHEST_PORT = 32_000

/** Ports on 127.0.0.1 nobody listens on now. Another process may still take one: start again then. */
export async function findFreePorts(count: number): Promise<number[]> {
  const found = new Set<number>()
  while (found.size < count) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT)
    if (await isFree(port)) found.add(port)
  }
  return [...found]
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const failed = once(server, 'error').then(() => false)
  server.listen({ port, host: '127.0.0.1' })
  const listening = once(server, 'listening').then(() => true)
  const free = await Promise.race([failed, listening]).catch(() => false)
  if (free) await new Promise<void>(closed => server.close(() => closed()))
  return free
}
