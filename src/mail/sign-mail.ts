import { type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import bodies from 'mailauth/lib/dkim/body/index.js'

/** By which key a mail is signed. `domain` and `selector` are names of DNS, `privateKey` is RSA. */
export type SigningKey = { domain: string; selector: string; privateKey: KeyObject }

const CHUNK_BYTES = 64 * 1024
const LINE_CHARS = 72

// What a reader sees or what decides how the mail is read and answered. Not Sender: some submission servers add one.
const FIELDS = [
  'From',
  'Reply-To',
  'To',
  'Cc',
  'Subject',
  'Date',
  'Message-ID',
  'In-Reply-To',
  'References',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
]

const signInPool = promisify(sign)
const breathe = promisify(setImmediate)

/**
 * The DKIM-Signature field to put above a mail, its line end included (RFC 6376 §3.5, RFC 8301 §3): rsa-sha256,
 * relaxed/relaxed. The same bytes and key always give the same field, as no time stands in it.
 *
 * Each field of the list is named once more than the mail has it (§8.15): one that somebody adds on the way breaks the
 * signature. The library that hashes the body cannot say that, so the field is written here.
 *
 * @param bytes as `writeMail` made them; they are read and never copied
 */
export async function signatureField(bytes: Buffer, key: SigningKey): Promise<Buffer> {
  const end = bytes.indexOf('\r\n\r\n')
  const headBytes = end < 0 ? bytes.length : end
  const { names, signed } = gatherFields(bytes.toString('latin1', 0, headBytes))
  const field = [
    `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${key.domain};`,
    ` s=${key.selector};`,
    ...foldNames(names),
    ` bh=${await hashBody(bytes.subarray(headBytes + 4))};`,
    ' b=',
  ].join('\r\n')
  const data = Buffer.from(`${signed}${relaxField(field)}`, 'latin1')
  const signature = (await signInPool('sha256', data, key.privateKey)).toString('base64')
  return Buffer.from(`${field}${fold(signature)}\r\n`, 'latin1')
}

/** Which fields are signed, and what of them is, newest first of each name (§5.4.2). */
function gatherFields(head: string): { names: string[]; signed: string } {
  const found = new Map<string, string[]>()
  for (const line of head.replace(/\r\n(?=[ \t])/g, '').split('\r\n')) {
    const field = relaxField(line)
    const name = field.slice(0, Math.max(field.indexOf(':'), 0))
    found.set(name, [field, ...(found.get(name) ?? [])])
  }
  const fields = FIELDS.map(name => ({ name, lines: found.get(name.toLowerCase()) ?? [] }))
  return {
    names: fields.flatMap(({ name, lines }) => [...lines.map(() => name), name]),
    signed: fields.flatMap(({ lines }) => lines.map(line => `${line}\r\n`)).join(''),
  }
}

/** Relaxed canonicalisation of one field (§3.4.2), without its line end. */
function relaxField(line: string): string {
  const at = line.indexOf(':')
  const name = line.slice(0, Math.max(at, 0)).trim().toLowerCase()
  const value = line
    .slice(at + 1)
    .replaceAll('\r\n', '')
    .replace(/[ \t]+/g, ' ')
  return `${name}:${value.replace(/^ | $/g, '')}`
}

/** A large body leaves room for other work between its parts. */
async function hashBody(body: Buffer): Promise<string> {
  const hash = bodies.dkimBody('relaxed', 'sha256')
  for (let at = 0; at < body.length; at += CHUNK_BYTES) {
    hash.update(body.subarray(at, at + CHUNK_BYTES))
    if (at > 0) await breathe()
  }
  return hash.digest('base64')
}

function foldNames(names: readonly string[]): string[] {
  const lines = [' h=']
  for (const [place, name] of names.entries()) {
    const end = place === names.length - 1 ? ';' : ':'
    const line = lines.pop() ?? ''
    const isFull = line.length + name.length + 1 > LINE_CHARS
    lines.push(...(isFull ? [line, `  ${name}${end}`] : [`${line}${name}${end}`]))
  }
  return lines
}

function fold(base64: string): string {
  return (base64.match(/.{1,72}/g) ?? []).join('\r\n  ')
}
