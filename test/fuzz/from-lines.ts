import { pick } from '../corpus/rewrite/encode-text.ts'
import { seededRandom } from '../support/mails.ts'

const HONEST = ['ann@customer.test', 'vera@bank.test']
const EVIL = 'mallory@evil.test'
const PIECES = [
  ...[
    '<ann@customer.test>',
    'mallory@evil.test',
    '<mallory@evil.test>',
    'vera@bank.test',
    '"Ann"',
    'Ann',
    ',',
  ],
  ...[
    ';',
    ':',
    '(vera@bank.test)',
    '(<vera@bank.test>)',
    '(',
    ')',
    '<',
    '>',
    '"',
    '\\',
    '@',
    ' ',
    '\t',
    '\r\n ',
    '\r\n\t',
  ],
  ...[
    '"vera@bank.test" ',
    '"vera@bank.test"@evil.test',
    '"vera@bank.test> "@evil.test',
    '<@bank.test:mallory@evil.test>',
  ],
  ...[
    '<"mallory"@evil.test>',
    'mallory@[1.2.3.4]',
    '=?utf-8?q?vera=40bank.test?=',
    '=?utf-8?q?=3Cvera=40bank.test=3E?=',
  ],
  ...[
    '=?utf-8?b?dmVyYUBiYW5rLnRlc3Q=?=',
    '=?utf-7?q?vera+AEA-bank.test?=',
    'group:',
    'undisclosed:;',
    '.',
    'a b',
    '\u0000',
  ],
  ...[
    'mallory@evil.test@bank.test',
    'mallory@evil.test\u0001',
    'm\u0131llory@evil.test',
    '\u200b',
    '\\"',
    '\\\\',
    '%',
    '!',
  ],
  ...[
    '<mallory@evil.test',
    'mallory@evil.test>',
    '<<mallory@evil.test>>',
    '<mallory @evil.test>',
    '<mallory@ evil.test>',
  ],
  ...[
    '<mallory(c)@evil.test>',
    '<mallory@evil.test (c)>',
    '<>',
    'From: ',
    '\r\nFrom: vera@bank.test',
    '\r\nSender: vera@bank.test',
  ],
]

/** A From field as forgers write them: pieces of addresses, names, comments, routes, groups and words. */
export function makeFromLines(count: number, seed: number): string[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => {
    const pieces = Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(PIECES, random))
    if (random() < 0.3) pieces.unshift(`${pick(HONEST, random)} `)
    if (random() < 0.5) pieces.push(` <${random() < 0.5 ? EVIL : pick(HONEST, random)}>`)
    return pieces.join('')
  })
}
