import { type Environment, loadConfig } from '../config.ts'

const timeoutMs = 4_000 // below the 5 s the image's HEALTHCHECK waits

/**
 * `letterdesk check-health`: asks the inbox of this machine whether it is ready, for a container's health
 * check. A process without the role web has no door to ask and counts as healthy while it lives.
 *
 * @returns the exit code: 1 when it is not ready
 */
export async function checkHealth(env: Environment): Promise<number> {
  const { config } = loadConfig(env)
  if (!config.roles.includes('web')) return 0
  const host = /^(0\.0\.0\.0|::)$/.test(config.host) ? 'localhost' : config.host
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${config.port}/readyz`
  return await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).then(
    reply => (reply.ok ? 0 : 1),
    () => 1,
  )
}
