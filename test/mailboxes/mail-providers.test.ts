import { isIP } from 'node:net'
import { expect, test } from 'vitest'
import {
  PROVIDERS,
  type Provider,
  providerOfDomain,
  providerOfMx,
} from '../../src/mailboxes/mail-providers.ts'
import { SIGN_IN_WAYS, UNUSABLE_PROVIDERS } from '../../src/shared/mailbox-words.ts'

const FIELDS = [
  'name',
  'domains',
  'mx',
  'imap',
  'smtp',
  'signIn',
  'unusable',
  'appPasswordUrl',
  'enableUrl',
  'webMailUrl',
  'sentCopy',
  'limits',
  'source',
]
const LIMITS = [
  'messagesPerMinute',
  'messagesPerDay',
  'recipientsPerDay',
  'outsidersPerDay',
  'recipientsPerMail',
  'sessions',
]
const DOORS = { imap: ['993 tls', '143 starttls'], smtp: ['465 tls', '587 starttls'] }

/** A name with a dot, in lower case, of letters that DNS takes. */
const isHost = (name: string) =>
  isIP(name) === 0 && /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(name)

const isSecureLink = (link: string) => URL.parse(link)?.protocol === 'https:'

/** What is wrong with an entry, each fault with its name. */
function faultsOf(provider: Provider): string[] {
  const { name, domains, mx, imap, smtp, signIn, unusable } = provider
  const { appPasswordUrl, enableUrl, webMailUrl, source } = provider
  const doorOf = (server: Provider['imap']) => (server ? `${server.port} ${server.security}` : null)
  const links = [source, appPasswordUrl, enableUrl, webMailUrl].filter(link => link !== undefined)
  const checks: [boolean, string][] = [
    [Object.keys(provider).every(field => FIELDS.includes(field)), 'has a field nobody reads'],
    [name.trim() === name && name !== '', 'has no name'],
    [domains.length + mx.length > 0, 'is found by nothing'],
    [[...domains, ...mx].every(isHost), 'names a domain that is none'],
    [(imap === undefined) === (smtp === undefined), 'has one server without the other'],
    [
      imap === undefined || (isHost(imap.host) && DOORS.imap.includes(doorOf(imap) ?? '')),
      'has a strange IMAP server',
    ],
    [
      smtp === undefined || (isHost(smtp.host) && DOORS.smtp.includes(doorOf(smtp) ?? '')),
      'has a strange SMTP server',
    ],
    [
      signIn.every(way => SIGN_IN_WAYS.includes(way)) && new Set(signIn).size === signIn.length,
      'signs in strangely',
    ],
    [(signIn.length === 0) === (unusable !== undefined), 'can be used and cannot, or neither'],
    [
      unusable === undefined || (UNUSABLE_PROVIDERS.includes(unusable) && imap === undefined),
      'cannot be used, but has servers',
    ],
    [
      signIn.includes('app-password') === (appPasswordUrl !== undefined),
      'wants an app password, or not, from nowhere',
    ],
    [links.every(isSecureLink), 'links to what is not https'],
    [
      Object.entries(provider.limits ?? {}).every(([field, value]) => LIMITS.includes(field) && value > 0),
      'has a strange limit',
    ],
  ]
  return checks.filter(([isFine]) => !isFine).map(([, fault]) => `${name} ${fault}`)
}

test('every provider in the table is whole: plausible hosts, a way to sign in, a page it was written from', () => {
  const domains = PROVIDERS.flatMap(provider => provider.domains)
  const suffixes = PROVIDERS.flatMap(provider => provider.mx)
  const names = PROVIDERS.map(provider => provider.name)

  const twice = [domains, suffixes, names].map(list => list.filter((one, at) => list.indexOf(one) !== at))

  expect(PROVIDERS.flatMap(faultsOf)).toEqual([])
  expect(twice).toEqual([[], [], []])
  expect(PROVIDERS.length).toBeGreaterThanOrEqual(60)
})

test.each([
  ['gmail.com', [], 'Gmail'],
  ['firma.bg', ['aspmx.l.google.com'], 'Google Workspace'],
  ['firma.pl', ['firma-pl.mail.protection.outlook.com'], 'Microsoft 365'],
  ['outlook.com', ['outlook-com.olc.protection.outlook.com'], 'Outlook.com'],
  ['firma.de', ['smtpin.rzone.de'], 'Strato'],
  ['bk.ru', [], 'Mail.ru'],
  ['tlen.pl', [], 'o2 Poczta'],
  ['firma.eu', ['mx1.home.pl'], 'home.pl'],
  ['proton.me', [], 'Proton Mail'],
  ['example.org', ['mail.notgoogle.com'], undefined],
])('%s with %j is %s', (domain, mx, name) => {
  expect((providerOfDomain(domain) ?? providerOfMx(mx))?.name).toBe(name)
})
