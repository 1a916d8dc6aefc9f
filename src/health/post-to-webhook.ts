import { AppError, RemoteFault } from '../lib/app-error.ts'
import { guardedFetch } from '../mailboxes/guarded-fetch.ts'
import type { Trust } from '../mailboxes/host-guard.ts'

const webhookMs = 15_000

/**
 * Posts JSON whose `text` chat programs show as it is.
 *
 * @throws RemoteFault `webhook-refused` for any answer but 2xx and for none; `why` says which
 */
export async function postToWebhook(trust: Trust, url: string, body: object): Promise<void> {
  const answer = await guardedFetch(trust)(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(webhookMs),
  }).catch((cause: unknown) => refuse(whyOf(cause), cause))
  if (!answer.ok) refuse(`HTTP ${answer.status}`, undefined)
}

function refuse(why: string, cause: unknown): never {
  throw new RemoteFault('webhook-refused', 'the webhook took nothing', { retry: true, why }, { cause })
}

/** A code, ours or Node's: never the address. */
function whyOf(cause: unknown): string {
  if (cause instanceof AppError) return cause.code
  const { code, name } = cause as { code?: unknown; name?: unknown }
  return String(code ?? name ?? 'error')
}
