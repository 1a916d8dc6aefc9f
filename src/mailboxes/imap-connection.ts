import { RemoteFault } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { FolderRole } from '../shared/vocabulary.ts'
import type { ImapAccount } from './account.ts'
import type { Trust } from './host-guard.ts'
import { changesOf, type ImapChanges } from './imap-changes.ts'
import { type ImapClient, MAX_MAIL_BYTES, signIn } from './imap-client.ts'
import { fetchFacts, fetchMarks, type MailFacts, type MailMarks } from './imap-facts.ts'
import { nameImapFault } from './imap-faults.ts'
import { type SearchScope, search, searchUids } from './imap-search.ts'
import { uidSet } from './uid-set.ts'

/**
 * What the server says of a folder when it is opened. `uidNext` is 0 when it does not say; `serverKey` is its MAILBOXID
 * (RFC 8474), which a new name leaves as it is.
 */
export type OpenedFolder = { uidValidity: number; uidNext: number; exists: number; serverKey?: string }

export type MailSource = { uid: number; source: Buffer }

/** A folder of the server; `role` by special use (RFC 6154), else by common names in many languages. */
export type ServerFolder = {
  path: string
  role: FolderRole | 'archive' | 'drafts' | 'trash' | 'flagged'
}

/** The longest silence, by whose clock, and how long the proof after it may take. */
export type IdleWait = { clock: Clock; maxMs: number; proofTimeoutMs: number; signal: AbortSignal }

/** One signed-in IMAP connection. After a fault it is closed: open another. */
export type ImapConnection = ImapChanges & {
  /** Whether the server announces IDLE (RFC 2177); without it `idle` polls. */
  canIdle: boolean
  /** Whether folders are labels of one store, and the server tells which a mail has (Gmail's X-GM-EXT-1). */
  hasLabels: boolean
  /** Whether the server has an id of its own for each mail, whatever folder it is in. */
  hasIds: boolean
  /** EXAMINE: reading changes no flag, not even \Recent. Raises FolderRefused where that folder alone is refused. */
  openFolder: (path: string) => Promise<OpenedFolder>
  /** SELECT: what `ImapChanges` changes is in this folder, until another is opened. */
  openForChanges: (path: string) => Promise<OpenedFolder>
  /** UIDs of the open folder, ascending: from a UID on, or with an INTERNALDATE on or after that day. */
  searchUids: (scope: SearchScope) => Promise<number[]>
  /** Facts of those that are there, in the server's order; at most 500 UIDs a call. */
  fetchFacts: (uids: readonly number[]) => Promise<MailFacts[]>
  /** Those facts with the Message-ID fields. */
  fetchMarks: (uids: readonly number[]) => Promise<MailMarks[]>
  /** Whole bytes of those the server delivers; the caller compares what came with what it asked for. */
  fetchSources: (uids: readonly number[]) => AsyncIterable<MailSource>
  /** Subjects as people read them, in the order of the UIDs; at most 200 characters each. */
  fetchSubjects: (uids: readonly number[]) => Promise<string[]>
  /** How many mails the open folder has, by the server's last word. */
  countMails: () => number
  /**
   * Waits for news of the open folder at most `maxMs`, then proves by a NOOP that the server is still
   * there. At once when there was news since the last search from a UID on began.
   */
  idle: (wait: IdleWait) => Promise<void>
  /** Ends the wait under way, or the next one, as news does. */
  wake: () => void
  noop: () => Promise<void>
  findByHeader: (folder: string, header: string, value: string) => Promise<number[]>
  append: (folder: string, bytes: Buffer, flags: readonly string[], receivedAt: Date) => Promise<void>
  listFolders: () => Promise<ServerFolder[]>
  /** How many mails a folder has, without opening it. */
  countMailsOf: (path: string) => Promise<number>
  /** How full the mailbox is and may be, by the server (RFC 9208); null where it does not say. */
  findQuota: () => Promise<{ usedBytes: number; limitBytes: number } | null>
  /** What the server says of a folder without opening it; undefined where it has none of that name. */
  statusOf: (path: string, limit?: { timeoutMs: number }) => Promise<OpenedFolder | undefined>
  /**
   * Removes these mails for good and no other. False where the server cannot (no UIDPLUS, RFC 4315): then they are only
   * marked, since a plain EXPUNGE would take whatever else is marked with them.
   */
  removeMails: (path: string, uids: readonly number[]) => Promise<boolean>
  /** Ends the connection without a goodbye; safe to call twice. */
  close: () => void
}

const noopTimeoutMs = 15_000
const commandTimeoutMs = 60_000
const maxSubjectChars = 200
const batchTimeoutMs = 300_000 // 8 MB over a slow line; a silent server is given up much earlier

/**
 * Opens a connection and signs in: the only way our code speaks IMAP. The signal closes it, at any time.
 *
 * @throws RemoteFault with the codes of `nameImapFault`
 */
export async function openImap(
  account: ImapAccount,
  context: { log: Log; trust: Trust; signal?: AbortSignal },
): Promise<ImapConnection> {
  const client = await signIn(account, context)
  const news: News = { isWaiting: false, wake: () => undefined }
  const onNews = () => {
    news.isWaiting = true
    news.wake()
  }
  client.flow.on('exists', onNews).on('expunge', onNews).on('close', onNews)
  return {
    ...changesOf(client),
    canIdle: client.flow.capabilities.has('IDLE'),
    openFolder: path => openFolder(client, path, { readOnly: true }),
    openForChanges: path => openFolder(client, path, { readOnly: false }),
    hasLabels: client.flow.capabilities.has('X-GM-EXT-1'),
    hasIds: client.flow.capabilities.has('OBJECTID') || client.flow.capabilities.has('X-GM-EXT-1'),
    searchUids: scope => {
      // Only a search up to the newest mail has seen what was told before it; others leave the news for the next wait.
      if ('fromUid' in scope) news.isWaiting = false
      return searchUids(client, scope)
    },
    fetchFacts: uids => fetchFacts(client, uids),
    fetchMarks: uids => fetchMarks(client, uids),
    fetchSources: uids => fetchSources(client, uids),
    fetchSubjects: uids => fetchSubjects(client, uids),
    countMails: () => (client.flow.mailbox ? client.flow.mailbox.exists : 0),
    idle: wait => idle(client, news, wait),
    wake: onNews,
    noop: () => client.run(noopTimeoutMs, flow => flow.noop()),
    findByHeader: async (folder, header, value) => {
      await openFolder(client, folder, { readOnly: true })
      return await search(client, { header: { [header]: value } })
    },
    append: (folder, bytes, flags, receivedAt) =>
      client.run(batchTimeoutMs, async flow => {
        // imapflow drops flags the open folder does not keep, and one opened read-only keeps none.
        if (flow.mailbox) await flow.mailboxClose()
        const appended = await flow.append(folder, bytes, [...flags], receivedAt)
        if (!appended)
          throw new RemoteFault('server-said-no', 'the server did not take the copy', { retry: true })
      }),
    listFolders: () => listFolders(client),
    countMailsOf: path =>
      client.run(commandTimeoutMs, async flow => {
        const status = await flow.status(path, { messages: true })
        return status === false ? 0 : (status.messages ?? 0)
      }),
    findQuota: () => findQuota(client),
    statusOf: (path, limit) => statusOf(client, path, limit?.timeoutMs ?? commandTimeoutMs),
    removeMails: (path, uids) => removeMails(client, path, uids),
    close: client.close,
  }
}

/** Whether the server told of a change, and who waits for one. */
type News = { isWaiting: boolean; wake: () => void }

/** The server does not let us into one folder; the connection goes on. */
export class FolderRefused extends RemoteFault {
  readonly path: string

  constructor(path: string, fault: RemoteFault, options: ErrorOptions) {
    super(fault.code, fault.message, { ...fault.details, retry: true }, options)
    this.path = path
  }
}

async function openFolder(
  client: ImapClient,
  path: string,
  options: { readOnly: boolean },
): Promise<OpenedFolder> {
  const opened = await client.run(commandTimeoutMs, flow =>
    flow.mailboxOpen(path, options).catch((cause: Error) => refusalOf(flow, path, cause)),
  )
  if (opened instanceof FolderRefused) throw opened
  return {
    uidValidity: Number(opened.uidValidity),
    uidNext: opened.uidNext || 0,
    exists: opened.exists || 0,
    ...(opened.mailboxId && { serverKey: opened.mailboxId }),
  }
}

// Said of one folder by servers that serve the others: gone, no right to it, an index that is broken (Dovecot: SERVERBUG).
// A server that is full or throttles would say the same of the next one.
const OF_ONE_FOLDER = ['folder-not-found', 'server-said-no', 'server-unavailable']

/** What speaks against this folder; anything else is raised again. */
function refusalOf(flow: ImapClient['flow'], path: string, cause: Error): FolderRefused {
  const fault = nameImapFault(cause)
  const isRefused = 'responseStatus' in cause && cause.responseStatus === 'NO'
  if (!isRefused || !flow.usable || !OF_ONE_FOLDER.includes(fault.code)) throw cause
  return new FolderRefused(path, fault, { cause })
}

async function statusOf(
  client: ImapClient,
  path: string,
  timeoutMs: number,
): Promise<OpenedFolder | undefined> {
  return await client.run(timeoutMs, async flow => {
    const asked = { messages: true, uidNext: true, uidValidity: true }
    const status = await flow.status(path, asked).catch(unlessGone)
    if (!status) return undefined
    const { uidValidity = 0, uidNext = 0, messages = 0 } = status
    return { uidValidity: Number(uidValidity), uidNext, exists: messages }
  })
}

/** A folder that is not there is an answer, and no reason to end the connection. */
function unlessGone(cause: unknown): undefined {
  if (cause instanceof Error && 'code' in cause && cause.code === 'NotFound') return undefined
  throw cause
}

async function* fetchSources(client: ImapClient, uids: readonly number[]): AsyncGenerator<MailSource> {
  if (uids.length === 0) return
  const asked = new Set(uids)
  // Source only: with BODYSTRUCTURE the client drops every mail nested deeper than it parses, silently.
  const answers = client.flow.fetch(uidSet(uids), { uid: true, source: true }, { uid: true })
  try {
    for (;;) {
      const next: Awaited<ReturnType<typeof answers.next>> = await client.run(
        batchTimeoutMs,
        () => answers.next(),
        2 * MAX_MAIL_BYTES, // the rest of a batch may come behind one mail
      )
      if (next.done === true) return
      const { uid, source } = next.value
      if (uid && Buffer.isBuffer(source) && asked.delete(uid)) yield { uid, source }
    }
  } finally {
    await answers.return(undefined)
  }
}

async function idle(
  client: ImapClient,
  news: News,
  { clock, maxMs, proofTimeoutMs, signal }: IdleWait,
): Promise<void> {
  if (news.isWaiting || signal.aborted) return
  const over = new AbortController()
  const stop = () => over.abort()
  news.wake = stop
  signal.addEventListener('abort', stop, { once: true })
  const session = client.flow.idle()
  session.catch(stop) // the proof below tells why
  try {
    await clock.pause(maxMs, over.signal)
    if (signal.aborted) return
    // Breaks the IDLE as well; a peer that went away silently leaves this unanswered.
    await client.run(proofTimeoutMs, async flow => {
      if (!flow.usable)
        throw new RemoteFault('connection-lost', 'the connection ended while idle', { retry: true })
      await flow.noop()
      await session
    })
  } finally {
    signal.removeEventListener('abort', stop)
    news.wake = () => undefined
  }
}

async function fetchSubjects(client: ImapClient, uids: readonly number[]): Promise<string[]> {
  return await client.run(commandTimeoutMs, async flow => {
    const found: { uid: number; subject: string }[] = []
    for await (const mail of flow.fetch(uidSet(uids), { uid: true, envelope: true }, { uid: true })) {
      const subject = (mail.envelope?.subject ?? '').replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim()
      found.push({ uid: mail.uid, subject: subject.slice(0, maxSubjectChars) })
    }
    return found.sort((a, b) => a.uid - b.uid).map(({ subject }) => subject)
  })
}

async function findQuota(client: ImapClient): Promise<{ usedBytes: number; limitBytes: number } | null> {
  const quota = await client.run(commandTimeoutMs, flow => flow.getQuota('INBOX'))
  const storage = quota ? quota.storage : undefined
  if (storage?.usage === undefined || !storage.limit) return null
  return { usedBytes: storage.usage, limitBytes: storage.limit }
}

async function removeMails(client: ImapClient, path: string, uids: readonly number[]): Promise<boolean> {
  return await client.run(commandTimeoutMs, async flow => {
    await flow.mailboxOpen(path)
    const range = uidSet(uids)
    if (flow.capabilities.has('UIDPLUS')) return await flow.messageDelete(range, { uid: true })
    await flow.messageFlagsAdd(range, ['\\Deleted'], { uid: true })
    return false
  })
}

async function listFolders(client: ImapClient): Promise<ServerFolder[]> {
  const listed = await client.run(commandTimeoutMs, flow => flow.list())
  return listed
    .filter(folder => !folder.flags.has('\\Noselect') && !folder.flags.has('\\NonExistent'))
    .map(folder => ({
      path: folder.path,
      role: ROLES.get(folder.specialUse ?? '') ?? (folder.flags.has('\\Important') ? 'flagged' : 'other'),
    }))
}

const ROLES: ReadonlyMap<string, ServerFolder['role']> = new Map([
  ['\\Inbox', 'inbox'],
  ['\\Sent', 'sent'],
  ['\\Junk', 'junk'],
  ['\\All', 'all'],
  ['\\Archive', 'archive'],
  ['\\Drafts', 'drafts'],
  ['\\Trash', 'trash'],
  ['\\Flagged', 'flagged'],
])
