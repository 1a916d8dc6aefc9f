import type { Socket } from 'node:net'
import { type Db, inTransaction } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { sameSecret } from '../lib/secrets.ts'
import { fetchAnswer, fetchItems } from './imap-fetch.ts'
import { searchTest } from './imap-search.ts'
import { numbersOf } from './imap-set.ts'
import { type ImapCommand, type ImapToken, quoted, readCommands, textOf } from './imap-wire.ts'
import {
  appendPracticeMail,
  findPracticeFolder,
  listPracticeEntries,
  listPracticeFolders,
  listPracticeMails,
  type PracticeFolder,
} from './practice.queries.ts'

/** What a session works with: the mail's table, the bell of new mail, and the password of this process. */
export type ImapNeeds = { db: Db; bells: Bells; password: string }

type Session = {
  needs: ImapNeeds
  socket: Socket
  address: string | null
  selected: { folder: PracticeFolder; uids: number[] } | null
  stopIdling: (() => void) | null
}

type Handler = (session: Session, args: readonly ImapToken[], tag: string) => Promise<string>

const capabilities = 'IMAP4rev1 IDLE UIDPLUS SPECIAL-USE LITERAL+'
const fetchBatch = 50

/** Serves one client of the practice mailbox until it leaves. Mail is never changed or deleted here. */
export function serveImapClient(socket: Socket, needs: ImapNeeds): void {
  const session: Session = { needs, socket, address: null, selected: null, stopIdling: null }
  socket.on('close', () => session.stopIdling?.())
  socket.write(`* OK [CAPABILITY ${capabilities}] practice mailbox ready\r\n`)
  readCommands(socket, command => answer(session, command))
}

async function answer(session: Session, command: ImapCommand): Promise<void> {
  if (command.name === 'DONE') return void session.stopIdling?.()
  const handler = handlers[command.name]
  const needsSignIn = !openCommands.has(command.name)
  if (!handler) return void session.socket.write(`${command.tag} BAD unknown command\r\n`)
  if (needsSignIn && !session.address) return void session.socket.write(`${command.tag} NO sign in first\r\n`)
  const result = await handler(session, command.args, command.tag)
  if (result !== '') session.socket.write(`${command.tag} ${result}\r\n`)
  if (command.name === 'LOGOUT') session.socket.end()
}

const openCommands = new Set(['CAPABILITY', 'NOOP', 'LOGOUT', 'LOGIN', 'ID'])

const handlers: Readonly<Record<string, Handler>> = {
  CAPABILITY: async session => {
    session.socket.write(`* CAPABILITY ${capabilities}\r\n`)
    return 'OK done'
  },
  ID: async session => {
    session.socket.write('* ID ("name" "Letterdesk practice mailbox")\r\n')
    return 'OK done'
  },
  NOOP: async session => {
    await announceNew(session)
    return 'OK done'
  },
  LOGOUT: async session => {
    session.socket.write('* BYE see you\r\n')
    return 'OK done'
  },
  LOGIN: async (session, [name, password]) => signIn(session, textOf(name), textOf(password)),
  NAMESPACE: async session => {
    session.socket.write('* NAMESPACE (("" "/")) NIL NIL\r\n')
    return 'OK done'
  },
  ENABLE: async () => 'OK done',
  LIST: listFolders,
  LSUB: listFolders,
  STATUS: folderStatus,
  SELECT: openFolder,
  EXAMINE: openFolder,
  CLOSE: async session => {
    session.selected = null
    return 'OK done'
  },
  SEARCH: (session, args) => search(session, args, { asUids: false }),
  'UID SEARCH': (session, args) => search(session, args, { asUids: true }),
  FETCH: (session, args) => fetch(session, args, { byUid: false }),
  'UID FETCH': (session, args) => fetch(session, args, { byUid: true }),
  APPEND: append,
  IDLE: idle,
}

async function signIn(session: Session, address: string, password: string): Promise<string> {
  const folders = await listPracticeFolders(session.needs.db, address)
  if (folders.length === 0 || !sameSecret(password, session.needs.password)) {
    return 'NO [AUTHENTICATIONFAILED] wrong name or password'
  }
  session.address = address
  return `OK [CAPABILITY ${capabilities}] signed in`
}

async function listFolders(session: Session, args: readonly ImapToken[]): Promise<string> {
  const pattern = textOf(args.filter(arg => !Array.isArray(arg))[1])
  if (pattern === '') session.socket.write('* LIST (\\Noselect) "/" ""\r\n')
  const folders = await listPracticeFolders(session.needs.db, session.address ?? '')
  for (const folder of folders) {
    if (pattern !== '*' && pattern !== '%' && pattern.toUpperCase() !== folder.path.toUpperCase()) continue
    const use = folder.path === 'Sent' ? ' \\Sent' : ''
    session.socket.write(`* LIST (\\HasNoChildren${use}) "/" ${quoted(folder.path)}\r\n`)
  }
  return 'OK done'
}

async function folderStatus(session: Session, [path]: readonly ImapToken[]): Promise<string> {
  const folder = await find(session, path)
  if (!folder) return 'NO [NONEXISTENT] no such folder'
  const entries = await listPracticeEntries(session.needs.db, folder.id, 0)
  const facts = `MESSAGES ${entries.length} UIDNEXT ${folder.uidNext} UIDVALIDITY ${folder.uidValidity} UNSEEN 0 RECENT 0`
  session.socket.write(`* STATUS ${quoted(folder.path)} (${facts})\r\n`)
  return 'OK done'
}

async function openFolder(session: Session, [path]: readonly ImapToken[]): Promise<string> {
  const folder = await find(session, path)
  if (!folder) return 'NO [NONEXISTENT] no such folder'
  const entries = await listPracticeEntries(session.needs.db, folder.id, 0)
  session.selected = { folder, uids: entries.map(entry => entry.uid) }
  session.socket.write(
    `* FLAGS (\\Seen)\r\n* ${entries.length} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY ${folder.uidValidity}] kept\r\n` +
      `* OK [UIDNEXT ${folder.uidNext}] next\r\n* OK [PERMANENTFLAGS ()] none\r\n`,
  )
  return 'OK [READ-ONLY] mail stays as it is'
}

async function search(
  session: Session,
  args: readonly ImapToken[],
  options: { asUids: boolean },
): Promise<string> {
  const selected = session.selected
  if (!selected) return 'BAD no folder is open'
  await announceNew(session)
  const keys = textOf(args[0]).toUpperCase() === 'CHARSET' ? args.slice(2) : args
  const test = searchTest(keys, selected.uids)
  if (!test) return 'BAD unknown search key'
  const mails = await listPracticeMails(session.needs.db, selected.folder.id, selected.uids)
  const found = mails
    .filter(test)
    .map(mail => (options.asUids ? mail.uid : selected.uids.indexOf(mail.uid) + 1))
  session.socket.write(`* SEARCH${found.map(number => ` ${number}`).join('')}\r\n`)
  return 'OK done'
}

async function fetch(
  session: Session,
  [set, wanted]: readonly ImapToken[],
  options: { byUid: boolean },
): Promise<string> {
  const selected = session.selected
  if (!selected) return 'BAD no folder is open'
  await announceNew(session)
  const sequences = selected.uids.map((_uid, index) => index + 1)
  const uids = options.byUid
    ? numbersOf(textOf(set), selected.uids)
    : numbersOf(textOf(set), sequences).map(sequence => selected.uids[sequence - 1] ?? 0)
  const items = fetchItems(wanted, { withUid: options.byUid })
  for (let from = 0; from < uids.length; from += fetchBatch) {
    const batch = uids.slice(from, from + fetchBatch)
    for (const mail of await listPracticeMails(session.needs.db, selected.folder.id, batch)) {
      session.socket.write(fetchAnswer(selected.uids.indexOf(mail.uid) + 1, mail, items))
    }
  }
  return 'OK done'
}

async function append(session: Session, args: readonly ImapToken[]): Promise<string> {
  const raw = args.at(-1)
  const folder = await find(session, args[0])
  if (!folder) return 'NO [TRYCREATE] no such folder'
  if (!Buffer.isBuffer(raw)) return 'BAD a mail comes as a literal'
  const { address, path } = folder
  const flags = args.filter(Array.isArray).flat().map(textOf)
  const uid = await inTransaction(session.needs.db, tx =>
    appendPracticeMail(tx, { address, path, raw, flags }),
  )
  session.needs.bells.ring('practice')
  return `OK [APPENDUID ${folder.uidValidity} ${uid ?? 0}] kept`
}

/** IDLE (RFC 2177): tells of new mail at the bell until the client says DONE. */
async function idle(session: Session, _args: readonly ImapToken[], tag: string): Promise<string> {
  session.socket.write('+ idling\r\n')
  const stopListening = session.needs.bells.on('practice', () => {
    announceNew(session).catch(error => void session.socket.destroy(error))
  })
  session.stopIdling = () => {
    stopListening()
    session.stopIdling = null
    if (session.socket.writable) session.socket.write(`${tag} OK done\r\n`)
  }
  return ''
}

async function announceNew(session: Session): Promise<void> {
  const { selected, needs } = session
  if (!selected) return
  const entries = await listPracticeEntries(needs.db, selected.folder.id, selected.uids.at(-1) ?? 0)
  const known = selected.uids.at(-1) ?? 0 // read again: a bell may have announced some meanwhile
  const news = entries.filter(entry => entry.uid > known)
  if (news.length === 0) return
  selected.uids.push(...news.map(entry => entry.uid))
  session.socket.write(`* ${selected.uids.length} EXISTS\r\n`)
}

async function find(session: Session, path: ImapToken | undefined): Promise<PracticeFolder | undefined> {
  const wanted = textOf(path)
  const name = wanted.toUpperCase() === 'INBOX' ? 'INBOX' : wanted
  return await findPracticeFolder(session.needs.db, session.address ?? '', name)
}
