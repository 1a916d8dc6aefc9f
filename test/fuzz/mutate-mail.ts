import { pick } from '../corpus/rewrite/encode-text.ts'

type Random = () => number

/** One way to damage a mail. `other` is a second mail to take pieces of. */
type Mutation = (mail: Buffer, random: Random, other: Buffer) => Buffer

const LABELS = [
  ...['utf-8', 'utf-7', 'utf-16', 'utf-32', 'iso-2022-jp', 'iso-2022-kr', 'hz-gb-2312', 'gb18030', 'big5'],
  ...[
    'koi8-r',
    'windows-1251',
    'iso-8859-2',
    'x-mac-cyrillic',
    'x-user-defined',
    'unknown-8bit',
    '',
    '"',
    "''",
  ],
]
const ENCODINGS = ['base64', 'quoted-printable', '8bit', 'x-uuencode', 'x-yenc', 'binary', '', 'base64;x=y']
const TYPES = [
  ...[
    'text/html',
    'text/plain; format=flowed; delsp=yes',
    'text/calendar',
    'message/rfc822',
    'text/enriched',
  ],
  ...[
    'multipart/mixed',
    'multipart/report; report-type=delivery-status',
    'multipart/appledouble; boundary=b',
  ],
  ...[
    'application/ms-tnef; name=winmail.dat',
    'multipart/signed',
    'multipart/encrypted',
    'message/delivery-status',
  ],
  ...[
    'message/partial; id=1; number=1',
    'message/external-body; access-type=URL',
    'text/x-amp-html',
    '/',
    'text',
  ],
]
const SIGNS = [
  '\0',
  '\r',
  '\n',
  '\r\n',
  '<',
  '>',
  '"',
  '(',
  ')',
  ';',
  ',',
  ':',
  '\\',
  '=?',
  '?=',
  '--',
  '\t',
  '\x1b$B',
  '\xff',
  '\u202e',
  '@',
  '&',
  '=',
]

const at = (mail: Buffer, random: Random): number => Math.floor(random() * (mail.length + 1))

function cut(mail: Buffer, random: Random): [Buffer, Buffer] {
  const place = at(mail, random)
  return [mail.subarray(0, place), mail.subarray(place)]
}

const flipBits: Mutation = (mail, random) => {
  const flipped = Buffer.from(mail)
  for (let count = 1 + Math.floor(random() * 20); count > 0 && flipped.length > 0; count--) {
    const place = Math.floor(random() * flipped.length)
    flipped[place] = (flipped[place] ?? 0) ^ (1 << Math.floor(random() * 8))
  }
  return flipped
}

const truncate: Mutation = (mail, random) => mail.subarray(0, at(mail, random))

const beginLate: Mutation = (mail, random) => mail.subarray(Math.floor(at(mail, random) / 4))

const splice: Mutation = (mail, random, other) => Buffer.concat([cut(mail, random)[0], cut(other, random)[1]])

const insertPiece: Mutation = (mail, random, other) => {
  const [before, after] = cut(mail, random)
  const start = at(other, random)
  return Buffer.concat([before, other.subarray(start, start + Math.floor(random() * 2_000)), after])
}

const insertSigns: Mutation = (mail, random) => {
  const [before, after] = cut(mail, random)
  const signs = pick(SIGNS, random).repeat(1 + Math.floor(random() ** 3 * 5_000))
  return Buffer.concat([before, Buffer.from(signs, 'latin1'), after])
}

const repeatPiece: Mutation = (mail, random) => {
  const [before, after] = cut(mail, random)
  const piece = after.subarray(0, 1 + Math.floor(random() * 200))
  return Buffer.concat([before, ...Array<Buffer>(1 + Math.floor(random() * 200)).fill(piece), after])
}

const removePiece: Mutation = (mail, random) => {
  const [before, after] = cut(mail, random)
  return Buffer.concat([before, after.subarray(Math.floor(random() * 500))])
}

/** Header lines twice, or in another place. */
const repeatHeaders: Mutation = (mail, random, other) => {
  const lines = other.toString('latin1').split('\n\n', 1)[0]?.split('\n') ?? []
  const some = lines.filter(() => random() < 0.3).slice(0, 40)
  return Buffer.concat([Buffer.from(`${some.join('\n')}\n`, 'latin1'), mail])
}

function replaceOne(pattern: RegExp, values: readonly string[]): Mutation {
  return (mail, random) => {
    const text = mail.toString('latin1')
    const found = [...text.matchAll(pattern)]
    const match = found[Math.floor(random() * found.length)]
    if (!match) return insertSigns(mail, random, mail)
    const value = pick(values, random)
    const start = match.index + match[0].length - (match[1]?.length ?? 0)
    return Buffer.from(text.slice(0, start) + value + text.slice(start + (match[1]?.length ?? 0)), 'latin1')
  }
}

const swapCharset = replaceOne(/charset\s*=\s*"?([^\s";]{0,40})/gi, LABELS)
const swapWordCharset = replaceOne(/=\?([^?\s]{1,30})/g, LABELS)
const swapEncoding = replaceOne(/content-transfer-encoding:\s*([^\r\n]{0,40})/gi, ENCODINGS)
const swapType = replaceOne(/content-type:\s*([^\r\n;]{0,60})/gi, TYPES)
const breakBoundary = replaceOne(/\n(--[^\r\n]{1,75})/g, ['--', '', '--x', '------', ' --', '--x--'])
const breakName = replaceOne(/(?:file)?name\*?[0-9]*\*?=([^\r\n;]{0,80})/gi, [
  "utf-8''%",
  '"',
  '=?utf-8?B?=?=',
  "utf-16''%00%0d%0a",
  '..\\..\\x',
])
const breakAddress = replaceOne(/\n(?:from|to|cc|reply-to|sender):\s*([^\r\n]{0,200})/gi, [
  '<',
  '"a" <b@c>, <',
  'a@b@c',
  '(((((',
  '"\\',
  '=?utf-8?q?=3Ca=40b=3E?= <c@d>',
  'a:b;c:d;',
  `${'a@b.c,'.repeat(500)}`,
])
const breakIds = replaceOne(/\n(?:message-id|in-reply-to|references):\s*([^\r\n]{0,200})/gi, [
  '<',
  '<a<b>c>',
  '<\0@x>',
  'x',
  `${'<a@b> '.repeat(300)}`,
])

const nest: Mutation = (mail, random, other) => {
  const type = pick(
    ['message/rfc822', 'multipart/digest; boundary=q', 'multipart/alternative; boundary=q', 'message/global'],
    random,
  )
  const head = `From: a@b.test\r\nSubject: nested\r\nContent-Type: ${type}\r\n\r\n`
  const delimiter = Buffer.from(type.startsWith('multipart') ? '\r\n--q\r\n' : '')
  return Buffer.concat([
    Buffer.from(head),
    delimiter,
    mail,
    delimiter,
    random() < 0.3 ? other : Buffer.alloc(0),
  ])
}

const changeLines: Mutation = (mail, random) => {
  const text = mail.toString('latin1').replaceAll('\r\n', '\n')
  return Buffer.from(text.replaceAll('\n', pick(['\r\n', '\r', '\n', '\n\n', '\r\r\n'], random)), 'latin1')
}

const MUTATIONS: readonly Mutation[] = [
  ...[
    flipBits,
    truncate,
    beginLate,
    splice,
    insertPiece,
    insertSigns,
    repeatPiece,
    removePiece,
    repeatHeaders,
  ],
  ...[swapCharset, swapWordCharset, swapEncoding, swapType, breakBoundary, breakName, breakAddress, breakIds],
  ...[nest, changeLines],
]

const MAX_BYTES = 1_000_000

/** A mail damaged in one to four ways; the same randomness gives the same bytes, at most 1 MB. */
export function mutateMail(mail: Buffer, other: Buffer, random: Random): Buffer {
  let mutated = mail
  for (let count = 1 + Math.floor(random() * 4); count > 0; count--) {
    mutated = pick(MUTATIONS, random)(mutated, random, other).subarray(0, MAX_BYTES)
  }
  return mutated
}
