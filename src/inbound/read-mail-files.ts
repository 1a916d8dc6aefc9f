import { createReadStream, type Dirent } from 'node:fs'
import { open, readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describeError } from '../lib/app-error.ts'
import { readHeaderFields } from '../mail/header-fields.ts'
import { parseMailDate } from '../mail/mail-date.ts'
import { splitMbox } from '../mail/split-mbox.ts'
import { MAX_MAIL_BYTES } from '../mailboxes/imap-client.ts'

/** One mail of the files, or what kept one from being read. `where` names it for people. */
export type FileMail =
  | { where: string; raw: Buffer; deliveredAt: Date | null }
  | { where: string; fault: string }
  | { where: string; left: 'deleted' | 'draft' }

type Place = { path: string; kind: 'mbox' | 'mail' | 'maildir' }

/**
 * Reads the mails of mbox files, Maildirs and folders of single mails (.eml), folders with all that is below them, by name.
 *
 * Only a mail at a time is in memory, also of an mbox of many gigabytes. What cannot be read is named as a fault, and the
 * rest goes on. In folders, files that are no mail are passed over; links are not followed there.
 */
export async function* readMailFiles(paths: readonly string[]): AsyncGenerator<FileMail> {
  for (const path of paths) {
    try {
      const found = await stat(path)
      if (found.isDirectory()) yield* readFolder(path)
      else yield* readPlace({ path, kind: (await isMbox(path)) ? 'mbox' : 'mail' })
    } catch (error) {
      yield { where: path, fault: describeError(error) }
    }
  }
}

async function* readFolder(path: string): AsyncGenerator<FileMail> {
  const entries = await listFolder(path)
  const names = new Set(entries.filter(entry => entry.isDirectory()).map(entry => entry.name))
  const isMaildir = names.has('cur') && names.has('new')
  for (const entry of entries) {
    const below = join(path, entry.name)
    try {
      yield* isMaildir ? readInMaildir(entry, below) : readInFolder(entry, below)
    } catch (error) {
      yield { where: below, fault: describeError(error) }
    }
  }
}

async function listFolder(path: string): Promise<Dirent[]> {
  return (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function* readInFolder(entry: Dirent, path: string): AsyncGenerator<FileMail> {
  if (entry.isDirectory()) yield* readFolder(path)
  if (!entry.isFile()) return
  if (/\.(?:eml|mail)$/i.test(entry.name)) yield* readPlace({ path, kind: 'mail' })
  else if (await isMbox(path)) yield* readPlace({ path, kind: 'mbox' })
}

/** Its mails are in `cur` and `new`; other folders in it are Maildirs of their own (`.Sent`). */
async function* readInMaildir(entry: Dirent, path: string): AsyncGenerator<FileMail> {
  if (!entry.isDirectory() || entry.name === 'tmp') return
  if (entry.name !== 'cur' && entry.name !== 'new') yield* readFolder(path)
  else {
    for (const mail of await listFolder(path)) {
      const isMail = mail.isFile() && !mail.name.startsWith('.')
      if (isMail) yield* readPlace({ path: join(path, mail.name), kind: 'maildir' })
    }
  }
}

async function* readPlace(place: Place): AsyncGenerator<FileMail> {
  try {
    if (place.kind === 'mbox') yield* readMbox(place.path)
    else yield await readOne(place)
  } catch (error) {
    yield { where: place.path, fault: describeError(error) }
  }
}

async function* readMbox(path: string): AsyncGenerator<FileMail> {
  let n = 0
  const chunks: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: 1_048_576 })
  for await (const { raw, sizeBytes, deliveredAt } of splitMbox(chunks, { maxBytes: MAX_MAIL_BYTES })) {
    n++
    const where = `${path}, mail ${n}`
    if (raw === null) yield { where, fault: tooLarge(sizeBytes) }
    else yield judge(where, raw, deliveredAt === null ? null : toDate(parseMailDate(deliveredAt)))
  }
}

async function readOne({ path, kind }: Place): Promise<FileMail> {
  const flags = kind === 'maildir' ? (/[:;!]2,([A-Za-z]*)$/.exec(path)?.[1] ?? '') : ''
  if (flags.includes('T')) return { where: path, left: 'deleted' }
  if (flags.includes('D')) return { where: path, left: 'draft' }
  const { size, mtime } = await stat(path)
  if (size > MAX_MAIL_BYTES) return { where: path, fault: tooLarge(size) }
  // A Maildir's names begin with the second in which the mail was delivered.
  const seconds = kind === 'maildir' ? Number(/^(\d{9,10})\./.exec(basename(path))?.[1] ?? 0) : 0
  return judge(path, await readFile(path), seconds > 0 ? new Date(seconds * 1000) : mtime)
}

function judge(where: string, raw: Buffer, deliveredAt: Date | null): FileMail {
  const { fields } = readHeaderFields(raw, 0, Math.min(raw.length, HEADER_BYTES))
  const names = new Set(fields.map(field => field.name))
  if (!['from', 'received', 'message-id', 'date', 'return-path'].some(name => names.has(name)))
    return { where, fault: raw.length === 0 ? 'is empty' : 'has no header of a mail' }
  // Thunderbird keeps deleted mails in its files until they are compacted: bit 3 of the status marks them.
  const status = fields.find(field => field.name === 'x-mozilla-status')?.value ?? ''
  const isDeleted = /^[0-9a-f]{4}$/i.test(status) && (Number.parseInt(status, 16) & 8) !== 0
  return isDeleted ? { where, left: 'deleted' } : { where, raw, deliveredAt }
}

const HEADER_BYTES = 64 * 1024

function tooLarge(sizeBytes: number): string {
  return `is larger than ${MAX_MAIL_BYTES / 1_048_576} MB (${Math.ceil(sizeBytes / 1_048_576)} MB)`
}

function toDate(iso: string | null): Date | null {
  return iso === null ? null : new Date(iso)
}

async function isMbox(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(5), 0, 5, 0)
    return bytesRead === 5 && buffer.toString('latin1') === 'From '
  } finally {
    await file.close()
  }
}
