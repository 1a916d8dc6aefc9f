import type { Clock } from '../lib/clock.ts'
import { nearestName } from '../lib/nearest-name.ts'
import { type CheckFacts, type CheckList, wordsOf } from './check-steps.ts'
import type { Trust } from './host-guard.ts'
import { PROVIDERS } from './mail-providers.ts'
import type { MailServer } from './mail-server.ts'
import { reachServer, type ServerKind } from './reach-server.ts'

/** A check list under way, and the address it is about. */
export type ReachRun = {
  needs: { trust: Trust; clock: Clock }
  list: CheckList
  given: { address: string }
}

/** Two lines of the list: the connection, and what proves whose it is. @returns the server that answers */
export async function checkReach(
  { needs, list, given }: ReachRun,
  kind: ServerKind,
  servers: readonly MailServer[],
): Promise<MailServer | undefined> {
  const [connect, secure] = [`${kind}-connect`, `${kind}-secure`] as const
  list.begin(connect)
  const { trust, clock } = needs
  const result = await reachServer(kind, servers, { trust, nowMs: () => clock.monotonicMs() })
  const done = { ok: true, code: null, detail: null }
  if (result.ok) {
    const { server, switched, connectMs, secureMs, tlsVersion, certificate } = result.reached
    list.add({ step: connect, ...done, tookMs: Math.round(connectMs), facts: { server, switched } })
    list.add({
      step: secure,
      ...done,
      tookMs: Math.round(secureMs),
      facts: { server, tlsVersion, certificate },
    })
    return server
  }
  const { fault, stage, server } = result
  const failed = { ok: false, code: fault.code, detail: wordsOf(fault), tookMs: Math.round(result.tookMs) }
  if (stage === 'connect') {
    list.add({ step: connect, ...failed, facts: { server, ...spelling(fault.code, server, given.address) } })
  } else {
    list.add({ step: connect, ...done, tookMs: 0, facts: { server, switched: false } })
    const { certificate } = fault.details as Pick<CheckFacts, 'certificate'>
    list.add({ step: secure, ...failed, facts: { server, ...(certificate && { certificate }) } })
  }
  return undefined
}

/** A host that nobody has may be one letter beside one that somebody has. */
function spelling(code: string, { host }: MailServer, address: string): CheckFacts {
  if (code !== 'host-not-found') return {}
  const domain = address.slice(address.lastIndexOf('@') + 1)
  const hosts = PROVIDERS.flatMap(({ imap, smtp }) => [imap, smtp].flatMap(server => server?.host ?? []))
  const own = ['imap', 'smtp', 'mail'].map(name => `${name}.${domain}`)
  const near = nearestName(
    host.toLowerCase(),
    [...own, ...hosts].filter(known => known !== host.toLowerCase()),
  )
  return near === undefined ? {} : { didYouMean: near }
}
