import { createServer, type Socket } from 'node:net'

/** How the scripted server treats one mail when its bytes are asked for. */
export type MailScript = {
  raw: Buffer
  /** What RFC822.SIZE says, if not the truth. */
  sizeBytes?: number
  fault?: 'left-out' | 'hangs-up' | 'endless' | 'nil' | 'no-facts' | 'vanishes' | 'unreadable'
}

/** An IMAP server of a few commands without TLS, for what no real server does on request. */
export type ScriptedImap = {
  port: number
  /** Every command line, without its tag. */
  heard: string[]
  mails: Map<number, MailScript>
  close: () => Promise<void>
}

/** Listens on a free port of 127.0.0.1; reached through a practice endpoint only. */
export async function startScriptedImap(mails: ReadonlyMap<number, MailScript>): Promise<ScriptedImap> {
  const state = { mails: new Map(mails), heard: [] as string[] }
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    socket.write('* OK [CAPABILITY IMAP4rev1] ready\r\n')
    let pending = ''
    socket.on('data', chunk => {
      pending += chunk.toString('latin1')
      for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
        answer(state, socket, pending.slice(0, end))
        pending = pending.slice(end + 2)
      }
    })
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  return {
    ...state,
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>(closed => server.close(() => closed()))
    },
  }
}

type State = { mails: Map<number, MailScript>; heard: string[] }

function answer(state: State, socket: Socket, line: string): void {
  const [tag = '', ...words] = line.split(' ')
  const command = words.join(' ')
  state.heard.push(command)
  const uids = [...state.mails.keys()]
  if (/^EXAMINE/i.test(command)) {
    const next = Math.max(0, ...uids) + 1
    socket.write(`* ${uids.length} EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT ${next}] ok\r\n`)
  } else if (/^UID SEARCH/i.test(command)) {
    const set = /UID ([\d:,*]+)$/.exec(command)?.[1]
    const shown = set === undefined ? uids : uids.filter(uid => isIn(set, uid) && isShown(state, uid, set))
    socket.write(`* SEARCH ${shown.join(' ')}\r\n`)
  } else if (/^UID FETCH/i.test(command)) {
    const set = words[2] ?? ''
    // News of flags may come at any time, for a mail nobody asked about and without its UID.
    socket.write('* 1 FETCH (FLAGS (\\Seen))\r\n')
    for (const [at, uid] of uids.entries()) {
      if (isIn(set, uid) && !sendMail(state, socket, { seq: at + 1, uid, command })) return
    }
  }
  socket.write(`${tag} OK done\r\n`)
}

/** @returns false when the server hung up */
function sendMail(
  { mails }: State,
  socket: Socket,
  { seq, uid, command }: { seq: number; uid: number; command: string },
): boolean {
  const mail = mails.get(uid)
  if (mail === undefined) return true
  if (!command.includes('BODY.PEEK[]')) {
    const size = `RFC822.SIZE ${mail.sizeBytes ?? mail.raw.length} INTERNALDATE "22-Nov-2026 10:00:00 +0000"`
    if (mail.fault !== 'no-facts' && mail.fault !== 'vanishes')
      socket.write(`* ${seq} FETCH (UID ${uid} ${size})\r\n`)
    return true
  }
  switch (mail.fault) {
    case 'left-out':
    case 'no-facts':
    case 'vanishes':
      return true
    case 'nil':
      socket.write(`* ${seq} FETCH (UID ${uid} BODY[] NIL)\r\n`)
      return true
    case 'unreadable':
      socket.write(`* ${seq} FETCH (UID ${uid} BODY[] "open (((\r\n`)
      return true
    case 'endless':
      socket.write(`* ${seq} FETCH (UID ${uid} BODY[] {5000000000}\r\n`)
      socket.write(Buffer.alloc(100_000, 'x'))
      return true
    case 'hangs-up':
      socket.write(`* ${seq} FETCH (UID ${uid} BODY[] {${mail.raw.length}}\r\n`)
      socket.write(mail.raw.subarray(0, mail.raw.length / 2))
      socket.destroySoon()
      return false
    default:
      socket.write(`* ${seq} FETCH (UID ${uid} BODY[] {${mail.raw.length}}\r\n`)
      socket.write(mail.raw)
      socket.write(')\r\n')
      return true
  }
}

/** A mail that vanishes is in the first look at the folder and no longer in one for it alone. */
function isShown({ mails }: State, uid: number, set: string): boolean {
  return mails.get(uid)?.fault !== 'vanishes' || set.includes('*')
}

function isIn(set: string, uid: number): boolean {
  return set.split(',').some(part => {
    const [first = '0', last = first] = part.split(':')
    return uid >= Number(first) && (last === '*' || uid <= Number(last))
  })
}
