import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { updateMailbox } from '../../src/shared/mailboxes.ts'
import { requestPasswordReset } from '../../src/shared/session.ts'
import { listTickets } from '../../src/shared/tickets.ts'
import { OWNER } from '../support/letterdesk.ts'
import { rawMail } from '../support/mails.ts'
import { receivedLines, under } from '../support/sender-domains.ts'
import { acknowledge } from './hostile-desk.ts'
import {
  ANN,
  forge,
  genuine,
  ground,
  MALLORY,
  messageIn,
  OUR_MX,
  read,
  reply,
  VERA,
} from './spoofing-ground.ts'
import { desk } from './the-desk.ts'
import { openTrappedBrowser, type TrappedBrowser } from './trapped-browser.ts'

// The rows A26 to A32: what a mail says of itself.

async function setServer(authservId: string | null): Promise<void> {
  await desk().owner.call(updateMailbox, { params: { id: desk().support.id }, body: { authservId } })
}

describe('A26: what a mail says of itself', () => {
  const claims = [
    `Authentication-Results: ${OUR_MX}; dmarc=pass header.from=bank.test; spf=pass; dkim=pass`,
    `ARC-Authentication-Results: i=1; ${OUR_MX}; dmarc=pass header.from=bank.test`,
    'Received-SPF: pass',
  ]

  test('proves nothing where no server is named, and is shown as not counted', async () => {
    const subject = 'Re: spoofing ground A26 unnamed'
    await forge({ from: VERA, subject, inReplyTo: ground().toVera, headers: claims })

    const { sender, isUnverified } = await messageIn(ground().vera, subject)

    expect([sender?.grade, isUnverified]).toEqual(['failed', true])
    expect(sender?.ignored).toEqual([expect.stringContaining('dmarc=pass')])
  })

  test('below our server’s own verdict is a forgery', async () => {
    const subject = 'Re: spoofing ground A26 named'
    await setServer(OUR_MX)
    const verdict = `Authentication-Results: ${OUR_MX}; dmarc=fail (p=REJECT) header.from=bank.test`
    const raw = rawMail({ from: VERA, subject, inReplyTo: ground().toVera, headers: claims })
    await desk().deliver(under([verdict, ...receivedLines(OUR_MX, { ip: '198.51.100.9' })], raw))

    const { sender, isUnverified } = await messageIn(ground().vera, subject)
    await setServer(null)

    expect(sender).toMatchObject({ grade: 'failed', reason: 'forged-verdict', checker: 'mail-server' })
    expect(sender?.ignored).toEqual([expect.stringContaining('dmarc=pass')])
    expect(isUnverified).toBe(true)
  })

  test('below our server’s line is no proof where the server itself said nothing', async () => {
    const subject = 'Re: spoofing ground A26 silent'
    await setServer(OUR_MX)
    await forge({ from: VERA, subject, inReplyTo: ground().toVera, headers: claims })

    const { sender, isUnverified } = await messageIn(ground().vera, subject)
    await setServer(null)

    expect([sender?.grade, sender?.reason, isUnverified]).toEqual(['failed', 'forged-verdict', true])
  })
})

describe('A27: where an answer goes', () => {
  test('is the sender’s own address; a Reply-To of somebody else is offered and not taken', async () => {
    const subject = 'A27 reply-to'
    await desk().deliver(rawMail({ from: 'kim@else.test', subject, headers: [`Reply-To: Kim <${MALLORY}>`] }))
    const opened = await desk().ticketOf(subject)

    const sent = await reply(opened, 'kim@else.test', 'To Kim.')

    expect(opened.replyDefaults).toMatchObject({ to: [{ address: 'kim@else.test' }], cc: [] })
    expect(opened.replyDefaults.replyTo).toMatchObject([{ address: MALLORY }])
    expect(sent.to).toEqual(['kim@else.test'])
  })

  test.each([
    ['several senders', `From: ${ANN}, ${MALLORY}`],
    ['an address for a name', `From: ${ANN} <${MALLORY}>`],
    ['a group', `From: ${ANN}: ${MALLORY};`],
    ['no address at all', 'From: <>'],
  ])('of %s is nobody whom the mail could mean to be', async (name, from) => {
    const subject = `Re: small ground A27 ${name}`
    await desk().deliver(rawMail({ from: null, subject, inReplyTo: ground().toAnn, headers: [from] }))

    const message = await messageIn(ground().ann, subject)

    expect(message.isNewcomer || message.isUnverified).toBe(true)
    expect((await read(ground().ann)).replyDefaults.to).toMatchObject([{ address: ANN }])
  })
})

test('A28: a mail that calls itself automatic, bulk or ours is not hidden', async () => {
  const subject = 'A28 hidden'
  const headers = ['Auto-Submitted: auto-replied', 'Precedence: bulk', 'X-Letterdesk-Loop: support@desk.test']
  await desk().deliver(rawMail({ from: 'hider@evil.test', subject, headers }))

  const opened = await desk().ticketOf(subject)
  const { data } = await desk().owner.call(listTickets, {
    query: { queue: 'all', order: 'newest', limit: 100 },
  })

  expect(opened).toMatchObject({ state: 'open', assigneeId: null })
  expect(data.map(row => row.number)).toContain(opened.number)
})

test('A29: a code that a service sends to a reply address is not passed on to the customer', async () => {
  const token = /[a-z2-7]{55,}/.exec(ground().toAnn)?.[0] ?? ''
  const text = 'Your verification code is 314159.\r\n'
  await desk().deliver(
    rawMail({ from: 'service@accounts.test', to: `support+${token}@desk.test`, subject: 'Your code', text }),
  )
  const message = await messageIn(ground().ann, 'Your code')

  const sent = await reply(ground().ann, ANN, 'Answer after the code.')

  expect(message).toMatchObject({ isNewcomer: true, placedBy: 'reply-token' })
  expect(sent.raw.toString()).not.toContain('314159')
})

test('A30: nobody whose name is forged gets an automatic answer, whatever their domain asks for', async () => {
  await acknowledge(desk(), true)
  await forge({ from: 'teller@bank.test', subject: 'A30 reject' })
  await forge({ from: 'someone@lax.test', subject: 'A30 none' })
  await genuine({ from: 'clerk@bank.test', subject: 'A30 BUY THIS', text: 'and this\r\n' })
  for (const subject of ['A30 reject', 'A30 none']) await desk().ticketOf(subject)

  const sent = await desk().sink.waitFor(mail => mail.to.includes('clerk@bank.test'), 30_000)
  await acknowledge(desk(), false)

  const reached = desk().sink.accepted.flatMap(mail => mail.to)
  expect(reached).not.toContain('teller@bank.test')
  expect(reached).not.toContain('someone@lax.test')
  expect(sent.raw.toString()).not.toMatch(/BUY THIS|and this/)
})

test('A31: a look-alike of an agent’s address gets no link, and other letter cases only the stored one', async () => {
  const before = desk().sink.accepted.length
  const [local = '', domain = ''] = OWNER.email.split('@')
  const alike = [
    `${local.replace('a', '\u0430')}@${domain}`,
    `${local}\u200b@${domain}`,
    `${local}+x@${domain}`,
  ]
  for (const email of [...alike, OWNER.email.toUpperCase()])
    await desk().product.client().fetch(requestPasswordReset, { body: { email } })

  await desk().sink.waitFor(mail => mail.seq > before && mail.raw.includes('/link/'), 20_000)

  const links = desk()
    .sink.accepted.slice(before)
    .filter(mail => mail.raw.includes('/link/'))
  expect(links.map(mail => mail.to)).toEqual([[OWNER.email]])
})

describe('A32: a name of ours on another’s mail', () => {
  let trapped: TrappedBrowser
  beforeAll(async () => {
    trapped = await openTrappedBrowser(desk().owner)
  }, 60_000)
  afterAll(async () => await trapped?.close())

  test.each([
    ['an agent', OWNER.name, 'our-name'],
    ['an agent in look-alike letters', OWNER.name.replace('A', '\u0410'), 'our-name'],
    ['another address', VERA, 'other-address'],
  ])('as of %s is told, and the real address shown', async (name, shown, kind) => {
    const subject = `A32 ${name}`
    await desk().deliver(rawMail({ from: `"${shown}" <${MALLORY}>`, subject }))
    const opened = await desk().ticketOf(subject)

    await trapped.page.goto(`${desk().product.baseUrl}/queue/all/${opened.number}`)
    const card = trapped.page.getByRole('article', { name: `Message from ${MALLORY}` })
    await card.getByText(`but writes from ${MALLORY}`).waitFor()

    expect(opened.messages[0]?.impersonates).toBe(kind)
  })

  test('and a failed check stand in words on the page of A19', async () => {
    await trapped.page.goto(`${desk().product.baseUrl}/queue/all/${ground().vera.number}`)
    await trapped.page.getByText('earlier messages').click()
    await trapped.page.getByText('Pay to my new account').click()

    const card = trapped.page.getByRole('article').filter({ hasText: 'Pay to my new account' })

    await card.getByText('Sender check failed').waitFor()
    await card.getByText('changed nothing').waitFor()
  })
})
