import { describe, expect, test } from 'vitest'
import { deactivateAgent, inviteAgent } from '../../src/shared/agents.ts'
import { decideNewcomer } from '../../src/shared/newcomers.ts'
import { type Ticket, updateTicket } from '../../src/shared/tickets.ts'
import { OWNER } from '../support/letterdesk.ts'
import { rawMail } from '../support/mails.ts'
import { publishDomain, receivedLines, under } from '../support/sender-domains.ts'
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

// The rows A19 to A25 and A33: who speaks for another. Each forged mail comes as mail does, by LMTP and IMAP, and
// what it did is read by the API. A26 to A32 are in claim-cases.ts.

async function setState(ticket: Ticket, state: 'open' | 'closed'): Promise<void> {
  await desk().owner.call(updateTicket, { params: { number: ticket.number }, body: { state } })
}

/** What a stranger must not change: whose the ticket is, how it stands, and who gets answers. */
const standing = ({
  state,
  customer,
  assigneeId,
  waitingSince,
  snippet,
  replyDefaults,
  proposals,
}: Ticket) => ({
  state,
  customer,
  assigneeId,
  waitingSince,
  snippet,
  to: replyDefaults.to,
  cc: replyDefaults.cc,
  proposals,
})

describe('A19: a forged customer with the right References', () => {
  test('against a published policy joins as unverified, changes nothing of a closed ticket, and says why', async () => {
    const subject = 'Re: spoofing ground A19'
    await setState(ground().vera, 'closed')
    const before = standing(await read(ground().vera))

    await forge({
      from: `Vera <${VERA}>`,
      cc: MALLORY,
      subject,
      inReplyTo: ground().toVera,
      text: 'Pay to my new account.\r\n',
    })
    const message = await messageIn(ground().vera, subject)

    expect(message).toMatchObject({ isUnverified: true, isNewcomer: false, text: 'Pay to my new account.' })
    expect(message.sender).toMatchObject({ grade: 'failed', reason: 'dmarc-fail', policy: 'reject' })
    expect(standing(await read(ground().vera))).toEqual(before)
    await setState(ground().vera, 'open')
  })

  test('without any evidence is the customer only by an id of ours that nobody can guess', async () => {
    await forge({ from: ANN, subject: 'guessable', references: ['ann-1@small.test'] })
    await forge({ from: ANN, subject: 'unguessable', inReplyTo: ground().toAnn })

    const [guessable, unguessable] = [
      await messageIn(ground().ann, 'guessable'),
      await messageIn(ground().ann, 'unguessable'),
    ]

    expect(guessable).toMatchObject({ isUnverified: true, sender: { grade: 'neutral' } })
    expect(unguessable).toMatchObject({
      isUnverified: false,
      isNewcomer: false,
      sender: { grade: 'neutral' },
    })
  })

  test('is not quoted when the ticket is answered', async () => {
    const sent = await reply(ground().vera, VERA, 'Answer after the forged mail.')

    expect(sent.raw.toString()).not.toContain('new account')
  })
})

describe('A20: a Cc that a mail brings', () => {
  test('to the ticket number’s address, with the customer forged, gets no history', async () => {
    const subject = 'A20 takeover'
    await forge({ from: VERA, to: `support+${ground().vera.number}@desk.test`, cc: MALLORY, subject })

    const opened = await desk().ticketOf(subject)

    expect(opened.number).not.toBe(ground().vera.number)
    expect(opened.messages).toHaveLength(1)
    expect(opened.replyDefaults.cc).toEqual([])
  })

  test('is proposed by a verified customer, and gets replies from an agent’s word on', async () => {
    const subject = 'Re: spoofing ground A20'
    await genuine({
      from: `Vera <${VERA}>`,
      cc: 'Carl <carl@bank.test>',
      subject,
      inReplyTo: ground().toVera,
    })
    await messageIn(ground().vera, subject)
    const proposed = await read(ground().vera)
    const before = await reply(ground().vera, VERA, 'Before Carl.')

    await desk().owner.call(decideNewcomer, {
      params: { number: ground().vera.number },
      body: { address: 'carl@bank.test', decision: 'accept' },
    })
    const after = await reply(ground().vera, VERA, 'After Carl.')

    expect(proposed.proposals).toEqual([
      {
        name: 'Carl',
        address: 'carl@bank.test',
        by: expect.objectContaining({ address: VERA }),
        isVouched: true,
      },
    ])
    expect([before.to, after.to.toSorted()]).toEqual([[VERA], ['carl@bank.test', VERA]])
    expect((await read(ground().vera)).proposals).toEqual([])
  })

  test('by a stranger is proposed without a voucher, and left out it stays outside', async () => {
    const body = (address: string) => ({ address, decision: 'ignore' as const })
    await desk().deliver(
      rawMail({
        from: MALLORY,
        cc: 'moe@evil.test',
        subject: 'Re: small ground A20',
        inReplyTo: ground().toAnn,
      }),
    )
    await messageIn(ground().ann, 'Re: small ground A20')
    const { proposals } = await read(ground().ann)

    for (const { address } of proposals)
      await desk().owner.call(decideNewcomer, {
        params: { number: ground().ann.number },
        body: body(address),
      })
    await desk().deliver(
      rawMail({ from: MALLORY, subject: 'Re: small ground A20 again', inReplyTo: ground().toAnn }),
    )
    await messageIn(ground().ann, 'Re: small ground A20 again')

    expect(proposals.map(({ address, isVouched }) => [address, isVouched])).toEqual([
      [MALLORY, false],
      ['moe@evil.test', false],
    ])
    expect((await read(ground().ann)).proposals).toEqual([])
  })
})

describe('an agent’s name in a mail', () => {
  test('A21: speaks to no customer: what is forged as an agent’s answer comes in as a stranger’s', async () => {
    const subject = 'Re: spoofing ground A21'
    const before = (await read(ground().vera)).messages.filter(
      message => message.direction === 'outbound',
    ).length

    await forge({
      from: `Ada Owner <${OWNER.email}>`,
      to: VERA,
      cc: 'support@desk.test',
      subject,
      inReplyTo: ground().toVera,
    })
    const message = await messageIn(ground().vera, subject)

    expect(message).toMatchObject({ direction: 'inbound', authorId: null, isNewcomer: true })
    expect((await read(ground().vera)).messages.filter(one => one.direction === 'outbound')).toHaveLength(
      before,
    )
  })

  test('A21: makes nobody the customer by a forged forward, and whom they forward by a genuine one', async () => {
    const house = publishDomain(desk().dns, 'desk.test')
    const forward = (subject: string) =>
      rawMail({
        from: `Ada Owner <${OWNER.email}>`,
        subject: `Fwd: ${subject}`,
        text: `Look.\r\n\r\n---------- Forwarded message ---------\r\nFrom: Wim <wim@bank.test>\r\nSubject: ${subject}\r\nTo: <${OWNER.email}>\r\n\r\nPlease help.\r\n`,
      })
    await desk().deliver(under(receivedLines(OUR_MX, { ip: '198.51.100.9' }), forward('A21 forged')))
    await desk().deliver(await house.sign(forward('A21 genuine')))

    const [forged, opened] = [await desk().ticketOf('Fwd: A21 forged'), await desk().ticketOf('A21 genuine')]

    expect(forged.customer?.address).toBe(OWNER.email)
    expect(forged.messages).toMatchObject([
      { forwardedFrom: null, forwardOffer: { address: 'wim@bank.test' } },
    ])
    expect(opened.customer).toEqual({ name: 'Wim', address: 'wim@bank.test' })
    expect(opened.replyDefaults.to).toMatchObject([{ address: 'wim@bank.test' }])
  })

  test('A22: gives who is no agent any more no right, though the mail answers one of ours', async () => {
    const email = 'former@desk.test'
    const { agent } = await desk().owner.call(inviteAgent, {
      body: { email, name: 'Former', role: 'agent', language: 'en', mailboxIds: [], sendMail: false },
    })
    await desk().owner.call(deactivateAgent, { params: { id: agent.id } })
    const { state, assigneeId, messages } = await read(ground().ann)

    await desk().deliver(rawMail({ from: email, subject: 'Re: small ground A22', inReplyTo: ground().toAnn }))
    const message = await messageIn(ground().ann, 'Re: small ground A22')
    const after = await read(ground().ann)

    expect(message).toMatchObject({ direction: 'inbound', authorId: null, isNewcomer: true })
    expect(after).toMatchObject({ state, assigneeId })
    expect(after.messages).toHaveLength(messages.length + 1)
    expect(JSON.stringify(after.replyDefaults)).not.toContain(email)
  })
})

describe('what leads to a ticket', () => {
  test('A23: a number alone suggests, and opens a ticket of its own', async () => {
    const subject = `A23 about [#${ground().vera.number}]`
    await desk().deliver(rawMail({ from: 'numbers@evil.test', subject }))

    const opened = await desk().ticketOf(subject)

    expect(opened.number).not.toBe(ground().vera.number)
    expect(opened.hints).toMatchObject([{ kind: 'number', number: ground().vera.number }])
  })

  test('A24: a hundred guessed tokens open one ticket, and nobody is told that they were wrong', async () => {
    const letters = 'abcdefghijklmnopqrstuvwxyz234567'
    const guess = (seed: number) =>
      Array.from({ length: 55 }, (_, at) => letters[(seed * 31 + at * (seed + 7)) % 32]).join('')
    const guesses = Array.from({ length: 100 }, (_, seed) => `support+${guess(seed)}@desk.test`)
    const before = desk().sink.accepted.length
    await desk().deliver(
      rawMail({ from: 'guesses@evil.test', subject: 'A24 guesses', cc: guesses.join(',\r\n ') }),
    )

    const opened = await desk().ticketOf('A24 guesses')

    expect(opened.messages).toHaveLength(1)
    expect(
      desk()
        .sink.accepted.slice(before)
        .flatMap(mail => mail.to),
    ).not.toContain('guesses@evil.test')
  })

  test('A25: who shows a genuine id of ours joins as a newcomer, and the customer stays', async () => {
    const { customer } = await read(ground().ann)
    await desk().deliver(
      rawMail({ from: 'friend@else.test', subject: 'Re: small ground A25', inReplyTo: ground().toAnn }),
    )

    const message = await messageIn(ground().ann, 'Re: small ground A25')
    const after = await read(ground().ann)

    expect(message).toMatchObject({ isNewcomer: true, placedBy: 'reply-token' })
    expect(after.customer).toEqual(customer)
    expect(after.replyDefaults.to).toMatchObject([{ address: ANN }])
    expect(after.proposals).toContainEqual({
      name: null,
      address: 'friend@else.test',
      by: null,
      isVouched: false,
    })
  })

  test('A33: tokens of two tickets lead to the nearest one and only there, the other is suggested', async () => {
    const subject = 'Re: two tokens A33'
    await genuine({
      from: VERA,
      subject,
      inReplyTo: ground().toVera,
      references: [ground().toAnn, ground().toVera],
    })
    const message = await messageIn(ground().vera, subject)

    const [here, there] = [await read(ground().vera), await read(ground().ann)]

    expect(message.isNewcomer).toBe(false)
    expect(there.messages.filter(one => one.subject === subject)).toEqual([])
    expect(here.hints).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: 'bridge', number: ground().ann.number })]),
    )
  })
})
