import { createHmac, randomBytes } from 'node:crypto'
import type { Db, Tx } from '../db/database.ts'
import { findByToken, type KeyRing, type RingKey } from '../db/key-ring.ts'
import { AppError } from '../lib/app-error.ts'
import { hashToken } from '../lib/secrets.ts'
import {
  deleteEndedLinks,
  endLinks,
  findLinkRow,
  insertLink,
  type LinkPurpose,
  type LinkRow,
  markLinkUsed,
  setLinkHash,
} from './links.queries.ts'

// An invitation waits over a weekend; a reset is asked for and used at once.
const lifetimeHours: Record<LinkPurpose, number> = { setup: 24 * 365, invitation: 72, 'password-reset': 1 }

// Longer than the job that mails one is tried.
const keptDays = 30

/** A link just made. `id` is enough to derive the token again, so no table and no job holds it. */
export type NewLink = { id: number; token: string; expiresAt: Date }

/** Makes a one-time link; the former ones of the same purpose and agent stop working. */
export async function makeLink(
  tx: Tx,
  keys: KeyRing,
  link: { purpose: LinkPurpose; agentId: number | null },
): Promise<NewLink> {
  await endLinks(tx, link.purpose, link.agentId)
  const row = await insertLink(tx, {
    ...link,
    hours: lifetimeHours[link.purpose],
    placeholder: randomBytes(32),
  })
  const key = keys.active('links')
  const token = deriveToken(key, { id: row.id, purpose: link.purpose })
  await setLinkHash(tx, row.id, hashToken(key.secret, token))
  return { id: row.id, token, expiresAt: row.expiresAt }
}

/**
 * The token of a link that was made before, by the key that made it.
 *
 * @param link.tokenHash as it is stored
 * @returns undefined where that key is revoked
 */
export async function findLinkToken(
  { db, keys }: { db: Db; keys: KeyRing },
  link: { id: number; purpose: LinkPurpose; tokenHash: Buffer },
): Promise<string | undefined> {
  const find = () =>
    keys
      .all('links')
      .map(key => ({ key, token: deriveToken(key, link) }))
      .find(({ key, token }) => hashToken(key.secret, token).equals(link.tokenHash))?.token
  const known = find()
  if (known !== undefined) return known
  return (await keys.refresh(db)).isChanged ? find() : undefined
}

/** 256 bits derived from a key of the ring and the link's id. */
function deriveToken(key: RingKey, link: { id: number; purpose: LinkPurpose }): string {
  return createHmac('sha256', key.secret).update(`link|${link.purpose}|${link.id}`).digest('base64url')
}

/** The path in the web app that opens a link. */
export function linkPath(purpose: LinkPurpose, token: string): string {
  return purpose === 'setup' ? `/?token=${token}` : `/link/${token}`
}

/** The working link of a token. @throws AppError `link-invalid` when unknown, used or expired */
export async function getLink(db: Db, keys: KeyRing, token: string): Promise<LinkRow> {
  const row = await findByToken({ db, keys }, { purpose: 'links', token }, hashes => findLinkRow(db, hashes))
  if (!row) throw invalid()
  return row
}

/** Uses a link up, exactly once among any number of tries. @throws AppError `link-invalid` */
export async function spendLink(tx: Tx, keys: KeyRing, token: string): Promise<LinkRow> {
  const row = await getLink(tx, keys, token)
  if (!(await markLinkUsed(tx, row.id))) throw invalid()
  return row
}

function invalid(): AppError {
  return new AppError('link-invalid', 'the link is unknown, was used, or has expired')
}

/** Deletes links 30 days after their end. @returns how many */
export async function deleteExpiredLinks(db: Db): Promise<number> {
  return await deleteEndedLinks(db, keptDays)
}
