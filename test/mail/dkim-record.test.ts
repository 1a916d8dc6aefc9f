import { expect, test } from 'vitest'
import { judgeKeyRecord, keyRecord, signingDomain, zoneLine } from '../../src/mail/dkim-record.ts'

const KEY = `${'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA'.repeat(8)}IDAQAB`
const OTHER = 'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC'

test.each([
  ['right', [`v=DKIM1; k=rsa; p=${KEY}`]],
  ['right', [`v=DKIM1;k=rsa;p=${KEY};`]],
  ['right', [`p=${KEY}`]],
  [
    'right',
    [` v = DKIM1 ; s=email:x; h=sha1:sha256; t=s; n=note; p = ${KEY.slice(0, 100)} ${KEY.slice(100)}`],
  ],
  ['missing', []],
  ['several', [`v=DKIM1; p=${KEY}`, 'google-site-verification=x']],
  ['other-key', [`v=DKIM1; k=rsa; p=${OTHER}`]],
  ['other-key', [`v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=`]],
  ['cut', [`v=DKIM1; k=rsa; p=${KEY.slice(0, 237)}`]],
  ['revoked', ['v=DKIM1; k=rsa; p=']],
  ['test-mode', [`v=DKIM1; t=y:s; p=${KEY}`]],
  ['restricted', [`v=DKIM1; s=tlsrpt; p=${KEY}`]],
  ['restricted', [`v=DKIM1; h=sha1; p=${KEY}`]],
  ['restricted', [`v=DKIM1; k=ed25519; p=${KEY}`]],
  ['malformed', [KEY]],
  ['malformed', ['']],
  ['malformed', [`v=DKIM1; k=rsa`]],
  ['malformed', [`v=DKIM2; p=${KEY}`]],
  ['malformed', [`k=rsa; v=DKIM1; p=${KEY}`]],
  ['malformed', [`v=DKIM1\\; k=rsa\\; p=${KEY}`]],
  ['malformed', [`"v=DKIM1; k=rsa; p=${KEY}"`]],
  ['malformed', [`v=DKIM1; p="${KEY}"`]],
  ['malformed', [`v=DKIM1; p=${KEY}; p=${KEY}`]],
  ['malformed', [`v=DKIM1; p=${'A'.repeat(60_000)}`]],
] as const)('a record is %s: %j', (outcome, records) => {
  expect(judgeKeyRecord(records, KEY)).toBe(outcome)
})

test('a record over 255 characters is written for a zone file as strings that make it whole again', () => {
  const line = zoneLine('one._domainkey.desk.test', keyRecord(KEY))

  const strings = [...line.matchAll(/"([^"]*)"/g)].map(match => match[1] ?? '')
  expect(line).toMatch(/^one\._domainkey\.desk\.test\. IN TXT \( "v=DKIM1; k=rsa; p=[^"]*" "[^"]*" \)$/)
  expect(strings.every(text => text.length <= 255)).toBe(true)
  expect(strings.join('')).toBe(`v=DKIM1; k=rsa; p=${KEY}`)
})

test.each([
  ['support@desk.test', 'desk.test'],
  ['support@DESK.test', 'desk.test'],
  ['поща@пример.бг', 'xn--e1afmkfd.xn--90ae'],
  ['a@localhost', undefined],
  ['a@[127.0.0.1]', undefined],
  ['a@desk.test\r\nSubject: x', undefined],
  ['a@desk.test;s=evil', undefined],
  ['a@desk.test evil.test', undefined],
  ['a@-desk.test', undefined],
  ['a@desk..test', undefined],
  ['a@_dmarc.desk.test', undefined],
  [`a@${'x'.repeat(64)}.test`, undefined],
  [`a@${'x.'.repeat(120)}test`, undefined],
  ['', undefined],
])('mail from %j is signed for %j', (address, domain) => {
  expect(signingDomain(address)).toBe(domain)
})
