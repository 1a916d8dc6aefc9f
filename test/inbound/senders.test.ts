import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FilingParts } from '../../src/inbound/receive-mail.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { type Dns, openDns } from '../../src/lib/dns.ts'
import { type DnsServer, startDnsServer } from '../support/dns-server.ts'
import { type FiledReader, readFiled } from '../support/filed.ts'
import { type FilingDesk, startFilingDesk } from '../support/filing.ts'
import { rawMail } from '../support/mails.ts'
import { publishDomain, receivedLines, type SignedDomain, under } from '../support/sender-domains.ts'

let desk: FilingDesk
let filed: FiledReader
let server: DnsServer
let dns: Dns
let parts: FilingParts
let strict: SignedDomain
let lax: SignedDomain
let evil: SignedDomain
let open: SignedDomain

const OUR_MX = 'mx.desk.test'
const SENDER_IP = '203.0.113.7'

beforeAll(async () => {
  desk = await startFilingDesk()
  filed = readFiled(desk.db)
  server = await startDnsServer()
  dns = openDns({ servers: [server.address], clock: systemClock })
  parts = { ...desk.parts, dns }
  strict = publishDomain(server, 'strict.test', { policy: 'p=reject', spf: `ip4:${SENDER_IP} -all` })
  lax = publishDomain(server, 'lax.test', { policy: 'p=none', spf: `ip4:${SENDER_IP} -all` })
  evil = publishDomain(server, 'evil.test', { spf: 'ip4:198.51.100.0/24 -all' })
  open = publishDomain(server, 'open.test')
})

afterAll(async () => {
  dns.stop()
  await server.stop()
  await desk.stop()
})

let count = 0

/** A mail of its own, so that no two are the same message. */
function mailFrom(from: string, headers: string[] = []): Buffer {
  return rawMail({ from, subject: `mail ${++count}`, messageId: `senders-${count}@customer.test`, headers })
}

async function judge(raw: Buffer, how: { lane?: 0 | 1 } = {}) {
  const [row] = await desk.store([{ raw, ...how }])
  await desk.fileAll(parts)
  const { sender_grade: grade, sender_check: check } = await filed.message(row)
  return { grade, ...(check as { checker: string; reason: string; facts: Record<string, unknown> }) }
}

const path = (mail: { ip: string; from: string }) =>
  receivedLines(OUR_MX, { ip: mail.ip, mailFrom: mail.from })

describe('our own check', () => {
  test('a right signature of the author’s domain is verified, also where the domain publishes no policy', async () => {
    const underPolicy = await judge(await strict.sign(mailFrom('ann@strict.test')))
    const withoutPolicy = await judge(await open.sign(mailFrom('ann@open.test')))

    expect(underPolicy).toMatchObject({ grade: 'verified', reason: 'dmarc-pass', checker: 'letterdesk' })
    expect(underPolicy.facts).toMatchObject({ signedBy: ['strict.test'], policy: 'reject' })
    expect(withoutPolicy).toMatchObject({ grade: 'verified', reason: 'aligned-signature' })
  })

  test('a path that the author’s domain names is verified', async () => {
    const mail = mailFrom('ann@strict.test')

    const verdict = await judge(under(path({ ip: SENDER_IP, from: 'ann@strict.test' }), mail))

    expect(verdict).toMatchObject({ grade: 'verified', reason: 'dmarc-pass', facts: { path: 'pass' } })
  })

  test('a mail against a policy that asks for something failed, whatever another domain signs or names', async () => {
    const mail = await evil.sign(mailFrom('ann@strict.test'))

    const verdict = await judge(under(path({ ip: '198.51.100.9', from: 'mallory@evil.test' }), mail))

    expect(verdict).toMatchObject({
      grade: 'failed',
      reason: 'dmarc-fail',
      facts: { signedBy: ['evil.test'] },
    })
  })

  test('the same under a policy that asks for nothing is neutral, and says so', async () => {
    const verdict = await judge(
      under(path({ ip: '198.51.100.9', from: 'mallory@evil.test' }), mailFrom('ann@lax.test')),
    )

    expect(verdict).toMatchObject({ grade: 'neutral', reason: 'policy-asks-nothing' })
  })

  test('a signed mail whose body, subject or author was changed on the way is no longer verified', async () => {
    const signed = (await lax.sign(mailFrom('ann@lax.test'))).toString('latin1')

    const verdicts = [
      await judge(Buffer.from(signed.replace('my parcel', 'my money'), 'latin1')),
      await judge(Buffer.from(signed.replace(/^Subject: .*$/m, 'Subject: other'), 'latin1')),
      await judge(Buffer.from(signed.replace('From: ann@', 'From: eve@'), 'latin1')),
    ]

    expect(verdicts.map(verdict => verdict.grade)).toEqual(['neutral', 'neutral', 'neutral'])
  })

  test('what is added behind a signed length is no longer verified', async () => {
    const whole = await strict.signPart(mailFrom('ann@strict.test'), 1_000)
    const part = await strict.signPart(mailFrom('ann@strict.test'), 10)

    const verdicts = [await judge(whole), await judge(part)]

    expect(verdicts.map(verdict => verdict.grade)).toEqual(['verified', 'neutral'])
  })

  test('without a policy, a signature or a path a mail is neutral', async () => {
    const verdict = await judge(mailFrom('ann@small-server.test'))

    expect(verdict).toMatchObject({ grade: 'neutral', reason: 'no-policy' })
  })

  test('a path through a server that is not known to be ours verifies and never fails', async () => {
    const relayed = (ip: string, from: string) =>
      under(receivedLines('relay.elsewhere.test', { ip, mailFrom: from }), mailFrom('ann@strict.test'))

    const fitting = await judge(relayed(SENDER_IP, 'ann@strict.test'))
    const other = await judge(relayed('198.51.100.9', 'mallory@evil.test'))

    expect(fitting.grade).toBe('verified')
    expect(other).toMatchObject({ grade: 'neutral', reason: 'no-evidence' })
  })

  test('lines a sender wrote below that of our server decide nothing', async () => {
    const forged = under(path({ ip: SENDER_IP, from: 'ann@strict.test' }), mailFrom('ann@strict.test'))

    const verdict = await judge(under(path({ ip: '198.51.100.9', from: 'mallory@evil.test' }), forged))

    expect(verdict.grade).toBe('failed')
  })

  test('old mail is not checked by DNS', async () => {
    const before = server.asked.length

    const verdict = await judge(await strict.sign(mailFrom('ann@strict.test')), { lane: 1 })

    expect(verdict).toMatchObject({ grade: 'neutral', reason: 'unchecked', checker: 'nobody' })
    expect(server.asked.length).toBe(before)
  })

  test('a DNS that does not answer makes a mail neutral, and neither it nor its neighbours wait for long', async () => {
    server.silence('silent.test')
    const silent = publishDomain(server, 'silent.test', { policy: 'p=reject' })
    const mails = [await silent.sign(mailFrom('ann@silent.test')), mailFrom('bob@small-server.test')]
    const rows = await desk.store(mails)

    const startedMs = performance.now()
    await desk.fileAll(parts)
    const tookMs = performance.now() - startedMs

    const grades = await Promise.all(rows.map(async row => (await filed.message(row)).sender_grade))
    expect(grades).toEqual(['neutral', 'neutral'])
    expect(tookMs).toBeLessThan(5_000)
  })

  test('a hundred signatures are not worth their work, and the mail is filed', async () => {
    const fields = Array.from(
      { length: 100 },
      (_, n) => `DKIM-Signature: v=1; a=rsa-sha256; d=evil.test; s=k${n}; l=${n}; h=from; bh=AA==; b=AA==`,
    )
    const before = server.asked.length

    const verdict = await judge(mailFrom('ann@evil.test', fields))

    expect(verdict.grade).toBe('neutral')
    expect(server.asked.length - before).toBeLessThan(10)
  })
})

describe('the verdict of the mailbox’s own server', () => {
  beforeAll(async () => await setServer(OUR_MX))
  afterAll(async () => await setServer(null))

  async function setServer(name: string | null): Promise<void> {
    await desk.db.updateTable('mailbox').set({ authserv_id: name }).where('id', '=', desk.mailboxId).execute()
  }

  const verdictOf = (words: string) => `Authentication-Results: ${OUR_MX}; ${words}`
  const taken = receivedLines(OUR_MX, { ip: '198.51.100.9', mailFrom: 'mallory@evil.test' })
  const said = (words: string, mail: Buffer) => under([verdictOf(words), ...taken], mail)

  test('counts, and nothing is asked of DNS', async () => {
    const before = server.asked.length

    const passed = await judge(
      said('dmarc=pass (p=REJECT) header.from=strict.test', mailFrom('ann@strict.test')),
    )
    const failed = await judge(
      said('dmarc=fail (p=REJECT) header.from=strict.test', mailFrom('ann@strict.test')),
    )
    const asksNothing = await judge(
      said('dmarc=fail (p=NONE) header.from=lax.test', mailFrom('ann@lax.test')),
    )

    expect(passed).toMatchObject({ grade: 'verified', checker: 'mail-server', facts: { server: OUR_MX } })
    expect(failed).toMatchObject({ grade: 'failed', reason: 'dmarc-fail' })
    expect(asksNothing).toMatchObject({ grade: 'neutral', reason: 'policy-asks-nothing' })
    expect(server.asked.length).toBe(before)
  })

  test('that names no policy is completed by what the domain publishes', async () => {
    const strictly = await judge(said('dmarc=fail header.from=strict.test', mailFrom('ann@strict.test')))
    const laxly = await judge(said('dmarc=fail header.from=lax.test', mailFrom('ann@lax.test')))

    expect([strictly.grade, laxly.grade]).toEqual(['failed', 'neutral'])
  })

  test('that a sender may have written takes our own pass beside it', async () => {
    const forged = under(
      [...taken, verdictOf('dmarc=pass header.from=strict.test')],
      mailFrom('ann@strict.test'),
    )
    const unproven = under([...taken, verdictOf('dkim=pass header.d=small.test')], mailFrom('ann@small.test'))
    const right = await strict.sign(mailFrom('ann@strict.test'))
    const genuine = under([...taken, verdictOf('dmarc=pass header.from=strict.test')], right)

    const verdicts = [await judge(forged), await judge(unproven), await judge(genuine)]

    expect(verdicts).toMatchObject([
      { grade: 'failed', reason: 'forged-verdict' },
      { grade: 'neutral', reason: 'no-policy' },
      { grade: 'verified', checker: 'mail-server' },
    ])
  })

  test('about another author than the one we read is no pass', async () => {
    const verdict = await judge(said('dmarc=pass header.from=evil.test', mailFrom('ann@strict.test')))

    expect(verdict).toMatchObject({ grade: 'failed', reason: 'doubtful-sender' })
  })
})
