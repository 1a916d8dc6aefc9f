import { inTransaction, type Tx } from '../db/database.ts'
import { storeGrant, triedToken } from './access-tokens.ts'
import { loadAccount } from './account.ts'
import { checkMailbox, type MailboxCheck } from './check-mailbox.ts'
import {
  beginsNow,
  MailboxCheckFailed,
  refuseTwin,
  type StartWish,
  serverColumns,
  serverOf,
  startColumns,
} from './connect-mailbox.ts'
import type { MailServer } from './mail-server.ts'
import type { MailboxNeeds } from './mailbox-needs.ts'
import { insertMailbox, insertStart, updateMailboxRow, updatePassword } from './mailboxes.queries.ts'
import type { SignInApp, Tokens } from './openid-provider.ts'
import { KIND_FACTS } from './sign-in-kinds.ts'
import { refuseForeignServers } from './token-servers.ts'

/** A mailbox that is to sign in by tokens: one that is connected already, or a new one. */
export type GrantWish = {
  address: string
  mailboxId: number | null
  /** Of a new mailbox. */
  name: string
  start: StartWish
  /** Where somebody typed them; else those of the provider, else they are found. */
  imap?: MailServer
  smtp?: MailServer
  username?: string
}

export type Granted = { app: SignInApp & { id: number }; grantedTo: string | null; tokens: Tokens }

/**
 * Signs in to both servers with what was granted, and connects the mailbox, or lets one that is connected sign in so from
 * now on: its password is forgotten. A paused mailbox stays paused.
 *
 * @returns the id of the mailbox
 * @throws MailboxCheckFailed; NotFound; AppError `mailbox-exists`, `foreign-server`
 */
export async function connectGranted(
  needs: MailboxNeeds,
  wish: GrantWish,
  granted: Granted,
): Promise<number> {
  const { servers } = KIND_FACTS[granted.app.kind]
  const known = { ...servers, ...(await serversOf(needs, wish)) }
  const { kind, issuer } = granted.app
  await refuseForeignServers(needs, { address: wish.address, kind, issuer, known }, typedOf(wish))
  const { username = wish.address, imap, smtp } = { ...known, ...typedOf(wish) }
  const check = await checkMailbox(needs, {
    address: wish.address,
    password: '',
    tokens: triedToken(granted.tokens.accessToken),
    username,
    ...(imap === undefined ? {} : { imap }),
    ...(smtp === undefined ? {} : { smtp }),
  })
  if (!check.ok) throw new MailboxCheckFailed(check)
  const mailboxId = await refuseTwin(wish.address, () => store(needs, { wish, granted, check }))
  needs.bells.ring('mailboxes')
  return mailboxId
}

async function store(
  { db, keys }: MailboxNeeds,
  { wish, granted, check }: { wish: GrantWish; granted: Granted; check: MailboxCheck },
): Promise<number> {
  const { app, grantedTo, tokens } = granted
  // Google and Microsoft put what they send into Sent by themselves.
  const sentCopy = KIND_FACTS[app.kind].servers === null ? check.sentCopy : 'by_server'
  return await inTransaction(db, async tx => {
    const mailboxId = wish.mailboxId ?? (await enter(tx, wish, { ...check, sentCopy }))
    if (wish.mailboxId !== null) {
      await updateMailboxRow(tx, mailboxId, serverColumns(check))
      await updatePassword(tx, mailboxId, null)
    }
    await storeGrant(tx, keys, { mailboxId, appId: app.id, grantedTo, tokens })
    return mailboxId
  })
}

async function enter(tx: Tx, wish: GrantWish, check: MailboxCheck): Promise<number> {
  const { imap, smtp, username, inbox, sentCopy } = check
  if (imap === null || smtp === null || inbox === null) throw new MailboxCheckFailed(check)
  const start = startColumns(wish.start)
  const row = { name: wish.name, address: wish.address, username: username ?? wish.address }
  const mailboxId = await insertMailbox(tx, { ...row, imap, smtp, ...start, sentCopy })
  if (beginsNow(start) && inbox.uidNext > 0) await insertStart(tx, mailboxId, { path: 'INBOX', ...inbox })
  return mailboxId
}

type Servers = { imap?: MailServer; smtp?: MailServer; username?: string }

/** The servers of a mailbox that is connected; nothing of a new one. @throws NotFound */
async function serversOf(needs: MailboxNeeds, { mailboxId }: GrantWish): Promise<Servers> {
  if (mailboxId === null) return {}
  // A stored password is replaced by the consent: it need not open.
  const { imap, smtp, username } = await loadAccount({ ...needs, practice: null }, mailboxId, {
    password: '',
  })
  return imap?.kind === 'host' && smtp.kind === 'host'
    ? { imap: serverOf(imap), smtp: serverOf(smtp), username }
    : {}
}

function typedOf({ imap, smtp, username }: GrantWish): Servers {
  return {
    ...(imap === undefined ? {} : { imap }),
    ...(smtp === undefined ? {} : { smtp }),
    ...(username === undefined ? {} : { username }),
  }
}
