import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A started `letterdesk`: what it printed so far, and its exit code once it ended. */
export type NodeProcess = { child: ChildProcess; said: () => string; ended: Promise<number | null> }

/** Long enough for a first start that builds the web app on a busy machine. */
export const startTimeoutMs = 90_000

const program = new URL('../../src/start.mjs', import.meta.url).pathname

/** Runs `src/start.mjs` with these variables only, and the cache of compiled code of the tests. */
export function startNode(env: Record<string, string>): NodeProcess {
  const { NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: '/usr/bin:/bin',
      HOST: '127.0.0.1',
      ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => said.push(String(chunk)))
  const ended = once(child, 'close').then(([code]) => code)
  return { child, said: () => said.join(''), ended }
}

/** What `/readyz` says in short, or why nobody answers. */
export async function readiness(port: number): Promise<{ status: string; roles: string[] } | string> {
  try {
    const reply = await fetch(`http://127.0.0.1:${port}/readyz`)
    const body: { status: string; roles: Record<string, unknown> } = JSON.parse(await reply.text())
    return { status: body.status, roles: Object.keys(body.roles) }
  } catch (error) {
    return error instanceof Error ? error.message : String(error) // not listening yet
  }
}
