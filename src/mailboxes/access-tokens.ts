import { setTimeout as wait } from 'node:timers/promises'
import type { Db, Tx } from '../db/database.ts'
import { isConnectionLoss } from '../db/faults.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { NotFound, RemoteFault } from '../lib/app-error.ts'
import {
  barRenewal,
  claimRenewal,
  findGrant,
  type GrantRow,
  hasTokenEnded,
  type SealedTokens,
  updateTokens,
  upsertGrant,
} from './grants.queries.ts'
import type { Trust } from './host-guard.ts'
import { delegatedTokens, renewTokens, type Tokens } from './openid-provider.ts'
import { openSecret, sealSecret } from './sealed-secret.ts'
import { openApp } from './sign-in-apps.ts'

/** What gives a mailbox its access tokens: those of what was granted to it, or one that is being tried. */
export type AccessTokens = {
  /** Names the grant: another one is another account. */
  grant: string
  /** A token that is good for some minutes. @throws RemoteFault as `nameOAuthFault` */
  get: (trust: Trust) => Promise<string>
  /**
   * Another one, where the server refused that of `get` and it was not made just now; null where there is no other.
   *
   * @throws RemoteFault as `nameOAuthFault`
   */
  renew: (trust: Trust) => Promise<string | null>
  /** Whether the token of `get` is over, so that the server may end what was signed in with it. */
  hasEnded: () => Promise<boolean>
}

type Stores = { db: Db; keys: KeyRing }

// Two questions of 15 s each go to the provider under one claim (openid-provider.ts); a node that dies holds it no longer.
const claimLifeMs = 60_000
const waitAtOnceMs = 100
const waitAtMostMs = 45_000
const storeEveryMs = 500
const finalBarS = 5 * 60 // so often at most a provider that has said no is asked again
const shortBarS = 5
const marginS = 5 * 60 // what renewing, signing in and a slow mail may take

/** Gives a mailbox's tokens out of what was granted to it; renewed a few minutes early, by one node at a time. */
export function grantedTokens(stores: Stores, grant: { mailboxId: number; grantedAt: Date }): AccessTokens {
  const { mailboxId, grantedAt } = grant
  let usedNo = 0
  const give = async (trust: Trust, refusedNo: number) => {
    const given = await currentToken(stores, { mailboxId, trust, refusedNo })
    usedNo = given.no
    return given.token
  }
  return {
    grant: grantedAt.toISOString(),
    get: trust => give(trust, 0),
    renew: async trust => {
      const row = await findGrant(stores.db, mailboxId)
      // Refused although it is new: another one would fare the same.
      if (row?.is_young === true && row.access_no === usedNo) return null
      return await give(trust, usedNo)
    },
    hasEnded: () => hasTokenEnded(stores.db, mailboxId, usedNo),
  }
}

/** A token that is tried before anything is stored. */
export function triedToken(token: string): AccessTokens {
  return { grant: 'tried', get: async () => token, renew: async () => null, hasEnded: async () => false }
}

/** Stores what was granted to a mailbox. The claims of nodes that renew what was before it end. */
export async function storeGrant(
  tx: Tx,
  keys: KeyRing,
  grant: { mailboxId: number; appId: number; grantedTo: string | null; tokens: Tokens },
): Promise<void> {
  await upsertGrant(tx, { ...grant, tokens: sealTokens(keys, grant.mailboxId, grant.tokens) })
}

type Wish = { mailboxId: number; trust: Trust; refusedNo: number }

/**
 * The token that holds now. Where it must be renewed, whoever gets the claim asks the provider, with no transaction open,
 * and the others wait for what comes of it. While the provider does not answer, one that is not over yet still serves.
 */
async function currentToken(stores: Stores, wish: Wish): Promise<{ token: string; no: number }> {
  const { db, keys } = stores
  const { mailboxId, refusedNo } = wish
  for (let waitedMs = 0; waitedMs < waitAtMostMs; waitedMs += waitAtOnceMs) {
    const row = await findGrant(db, mailboxId)
    if (row === undefined) throw new NotFound('grant', { mailboxId })
    if (isGood(row) && row.access_no !== refusedNo) {
      const stored = { sealed: row.access_sealed, keyId: row.access_key_id }
      return { token: await openSecret(keys, accessContext(mailboxId), stored), no: row.access_no }
    }
    if (row.is_barred) throw faultOf(row)
    const leaseNo = await claimRenewal(db, { mailboxId, accessNo: row.access_no, lifeMs: claimLifeMs })
    if (leaseNo === undefined) await wait(waitAtOnceMs)
    else await renew(stores, { ...wish, leaseNo, row })
  }
  throw new RemoteFault('sign-in-service-away', 'nobody renewed the token in time', { retry: true })
}

/** Also one to be renewed, while the provider only does not answer. */
function isGood({ is_fresh, is_alive, is_barred, fault_is_final }: GrantRow): boolean {
  return is_fresh || (is_alive && is_barred && !fault_is_final)
}

async function renew(stores: Stores, renewal: Wish & { leaseNo: number; row: GrantRow }): Promise<void> {
  const { db, keys } = stores
  const { mailboxId, leaseNo } = renewal
  let tokens: Tokens
  try {
    tokens = await askProvider(stores, renewal)
  } catch (fault) {
    if (!(fault instanceof RemoteFault)) throw fault
    const { serverText, afterS } = fault.details
    const forS = fault.retry
      ? Math.min(finalBarS, typeof afterS === 'number' ? afterS : shortBarS)
      : finalBarS
    const detail = typeof serverText === 'string' ? serverText : null
    const told = { code: fault.code, detail, isFinal: !fault.retry, forS }
    // A claim that ran out says nothing: another node has renewed meanwhile. What it says else is read from the row.
    await barRenewal(db, { mailboxId, leaseNo }, told)
    return
  }
  await persist(() => updateTokens(db, { mailboxId, leaseNo }, sealTokens(keys, mailboxId, tokens)))
}

async function askProvider({ keys }: Stores, { row, trust, mailboxId }: Wish & { row: GrantRow }) {
  const app = await openApp(keys, row)
  if (app.kind === 'google_delegation')
    return await delegatedTokens(app, trust, { address: row.address, nowMs: row.now_at.getTime() })
  const stored = { sealed: row.refresh_sealed, keyId: row.refresh_key_id }
  return await renewTokens(app, trust, await openSecret(keys, refreshContext(mailboxId), stored))
}

/** A provider that rotates has ended the old refresh token: a database that restarts must not lose the new one. */
async function persist(work: () => Promise<unknown>): Promise<void> {
  for (let triedMs = 0; ; triedMs += storeEveryMs) {
    try {
      await work()
      return
    } catch (error) {
      if (!isConnectionLoss(error) || triedMs > claimLifeMs) throw error
    }
    await wait(storeEveryMs)
  }
}

function sealTokens(keys: KeyRing, mailboxId: number, tokens: Tokens): SealedTokens {
  const { accessToken, refreshToken, lifeS, refreshLifeS } = tokens
  return {
    access: sealSecret(keys, accessContext(mailboxId), accessToken),
    refresh: refreshToken === null ? null : sealSecret(keys, refreshContext(mailboxId), refreshToken),
    lifeS,
    refreshLifeS,
    renewS: Math.max(1, lifeS - Math.min(marginS, lifeS / 5)),
  }
}

function faultOf({ fault_code, fault_detail, fault_is_final }: GrantRow): RemoteFault {
  const code = fault_code ?? 'sign-in-service-away'
  const details = { retry: !fault_is_final, serverText: fault_detail }
  return new RemoteFault(code, 'not asked again yet', details)
}

/** What the access token of a mailbox is sealed for. */
export function accessContext(mailboxId: number): string {
  return `mailbox_grant|${mailboxId}|access_sealed`
}

/** What its refresh token is sealed for. */
export function refreshContext(mailboxId: number): string {
  return `mailbox_grant|${mailboxId}|refresh_sealed`
}
