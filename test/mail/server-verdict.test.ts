import { describe, expect, test } from 'vitest'
import { parseAuthenticationResults } from '../../src/mail/authentication-results.ts'
import { readHeaderFields } from '../../src/mail/header-fields.ts'
import { readSenderTrace } from '../../src/mail/sender-trace.ts'
import { judgeByServer } from '../../src/mail/server-verdict.ts'
import { cpuMsOf } from './cpu-time.ts'

const OURS = 'mx.desk.test'
const TAKEN = `Received: from out.sender.test (out.sender.test [203.0.113.7]) by ${OURS} with ESMTPS; Mon, 2 Nov 2026 09:00:00 +0000`
const HANDED = `Received: from ${OURS} by store.desk.test with LMTP id x; Mon, 2 Nov 2026 09:00:01 +0000`

function judge(lines: string[], server: string | null = OURS, authorDomain = 'bank.test') {
  const raw = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
  const trace = readSenderTrace(readHeaderFields(raw, 0, raw.length).fields)
  const judgement = judgeByServer(trace, { server, authorDomain })
  return judgement.kind === 'verdict' ? judgement.verdict.reason : judgement.kind
}

const results = (words: string) => `Authentication-Results: ${words}`
const ours = (words: string) => results(`${OURS}; ${words}`)

describe('a verdict field of our server', () => {
  test.each<[string, string[], string]>([
    ['passes', [ours('dmarc=pass (p=REJECT) header.from=bank.test')], 'dmarc-pass'],
    [
      'fails under a policy',
      [ours('dmarc=fail (p=QUARANTINE dis=NONE) header.from=bank.test')],
      'dmarc-fail',
    ],
    [
      'fails under none',
      [ours('dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=bank.test')],
      'policy-asks-nothing',
    ],
    [
      'tells the policy as a property',
      [ours('dmarc=fail policy.dmarc=reject header.from=bank.test')],
      'dmarc-fail',
    ],
    ['tells no policy', [ours('dmarc=fail header.from=bank.test')], 'failed-under-unknown-policy'],
    ['found none', [ours('dmarc=none header.from=bank.test; spf=pass smtp.mailfrom=else.test')], 'no-policy'],
    ['had trouble', [ours('dmarc=temperror header.from=bank.test')], 'silent'],
    ['knows signatures only', [ours('dkim=pass header.d=mail.bank.test header.s=k')], 'aligned-signature'],
    ['knows another’s signature only', [ours('dkim=pass header.d=evil.test')], 'silent'],
    ['knows the path only', [ours('spf=pass smtp.mailfrom=ann@bank.test')], 'aligned-path'],
    ['says none', [ours('none')], 'silent'],
    [
      'is in capitals',
      ['AUTHENTICATION-RESULTS: MX.DESK.TEST 1; DMARC=Pass header.FROM=Bank.TEST'],
      'dmarc-pass',
    ],
    ['is of a subdomain’s organisation', [ours('dmarc=pass header.from=bank.test')], 'dmarc-pass'],
  ])('that %s is read so', (_name, lines, reason) => {
    expect(judge(lines)).toBe(reason)
  })

  test.each<[string, string[], string]>([
    ['another server’s', [results('mx.evil.test; dmarc=pass header.from=bank.test')], 'silent'],
    ['a name that only begins like ours', [results(`${OURS}.evil.test; dmarc=pass`)], 'silent'],
    ['our name in a comment', [results(`mx.evil.test (${OURS}); dmarc=pass`)], 'silent'],
    ['our name in quotes behind another', [results(`evil "${OURS}"; dmarc=pass`)], 'silent'],
    ['a pass in a comment', [ours('dmarc=fail (p=reject; dmarc=pass) header.from=bank.test')], 'dmarc-fail'],
    ['a pass in quotes', [ours('dmarc=fail reason="x; dmarc=pass" policy.dmarc=reject')], 'dmarc-fail'],
    [
      'a pass behind an escaped quote',
      [ours('dmarc=fail reason="a\\"; dmarc=pass" (p=reject)')],
      'dmarc-fail',
    ],
    ['a pass for another author', [ours('dmarc=pass header.from=evil.test')], 'doubtful-sender'],
  ])('is not made of %s', (_name, lines, reason) => {
    expect(judge(lines)).toBe(reason)
  })
})

describe('of several fields', () => {
  test('the topmost counts, and a pass below it that contradicts it is a forgery', () => {
    const forged = ours('dmarc=pass header.from=bank.test')

    expect(judge([ours('dmarc=none header.from=bank.test'), forged])).toBe('forged-verdict')
    expect(judge([TAKEN, ours('dmarc=fail (p=NONE) header.from=bank.test'), forged])).toBe('forged-verdict')
    expect(judge([ours('spf=fail smtp.mailfrom=evil.test'), TAKEN, forged])).toBe('silent')
  })

  test('all above the line by which our server took the mail count together', () => {
    const split = [
      ours('spf=pass smtp.mailfrom=else.test'),
      ours('dkim=pass header.d=else.test'),
      ours('dmarc=fail (p=REJECT) header.from=bank.test'),
    ]

    expect(judge([HANDED, ...split, TAKEN])).toBe('dmarc-fail')
    expect(judge([TAKEN, ...split])).toBe('silent')
  })

  test('without a configured name nothing counts', () => {
    expect(judge([ours('dmarc=pass header.from=bank.test')], null)).toBe('silent')
  })
})

test('a server that signs without a name is known by its line below', () => {
  const verdict = results(
    'spf=pass (sender IP is 203.0.113.7) smtp.mailfrom=bank.test; dkim=pass (signature was verified) header.d=bank.test;dmarc=pass action=none header.from=bank.test;compauth=pass reason=100',
  )
  const taken = (by: string) =>
    `Received: from out.bank.test (203.0.113.7) by ${by} (10.0.0.1) with Microsoft SMTP Server id 15.20; Mon, 2 Nov 2026 09:00:00 +0000`

  expect(judge([verdict, taken('db5.mail.protection.outlook.com')], 'protection.outlook.com')).toBe(
    'dmarc-pass',
  )
  expect(judge([verdict, taken('mx.evil.test')], 'protection.outlook.com')).toBe('silent')
  expect(judge([verdict], 'protection.outlook.com')).toBe('silent')
})

describe('reading a field', () => {
  test('keeps methods, results, properties and comments', () => {
    const read = parseAuthenticationResults(
      'MX.desk.test 1; dkim/1 = pass (2048-bit (RSA) key) reason="good; really" header.d=bank.test header.i=@bank.test; spf=softfail',
    )

    expect(read).toEqual({
      server: 'mx.desk.test',
      results: [
        {
          method: 'dkim',
          result: 'pass',
          properties: { reason: 'good; really', 'header.d': 'bank.test', 'header.i': '@bank.test' },
          comment: '2048-bit (RSA) key',
        },
        { method: 'spf', result: 'softfail', properties: {}, comment: '' },
      ],
    })
  })

  test('takes a time that grows with its length, and never more than it bounds', async () => {
    const hostile = ['(', ';', '=', '"', '\\', 'a=b;', '(()', '"=;'].map(piece => piece.repeat(200_000))
    const read: ReturnType<typeof parseAuthenticationResults>[] = []

    const cpuMs = await cpuMsOf(() => {
      read.push(...hostile.map(value => parseAuthenticationResults(value)))
    })

    expect(cpuMs).toBeLessThan(2_000)
    for (const { results: found } of read) expect(found.length).toBeLessThanOrEqual(20)
  })

  test('gives properties no names that objects have', () => {
    const [result] = parseAuthenticationResults('x; dmarc=pass __proto__=1 constructor=2').results

    expect(Object.getPrototypeOf(result?.properties)).toBe(Object.prototype)
  })
})
