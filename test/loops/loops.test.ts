import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { getAutomaticMail, updateMailbox } from '../../src/shared/mailboxes.ts'
import { getTicket, listTickets, sendReply, type Ticket } from '../../src/shared/tickets.ts'
import type { ApiClient } from '../support/api.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { connect } from '../support/connect-mailbox.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import type { Letterdesk } from '../support/letterdesk.ts'
import { rawMail } from '../support/mails.ts'
import { startProduct } from '../support/product.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { waitUntil } from '../support/wait-until.ts'
import { DESK, openPostOffice, type PostOffice } from './post-office.ts'
import { RESPONDERS } from './responders.ts'

/** A whole product with one mailbox that acknowledges. */
type Side = {
  product: Letterdesk
  owner: ApiClient
  address: string
  mailboxId: number
}

const ON_THE_WAY = { withinMs: 30_000 } // by SMTP, the post office, LMTP and IMAP
const PEER = 'help@peer.test'

let certificates: Certificates
let dovecot: Dovecot
let sink: SmtpSink
let ours: Side
let theirs: Side

beforeAll(async () => {
  certificates = await makeCertificates()
  ;[dovecot, sink] = await Promise.all([startDovecot({ certificates }), startSmtpSink({ certificates })])
  ;[ours, theirs] = await Promise.all([startSide(DESK), startSide(PEER)])
}, 240_000)

afterAll(async () => {
  await Promise.all([ours?.product.stop(), theirs?.product.stop()])
  await Promise.all([dovecot?.stop(), sink?.stop()])
  await certificates?.remove()
}, 60_000)

async function startSide(address: string): Promise<Side> {
  const product = await startProduct({
    caFile: certificates.caFile,
    secretKey: `a secret key of ${address}, thirty-two letters`,
  })
  const owner = await product.hastyOwner()
  const servers = { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort }
  const { id } = await connect(owner, servers, { address })
  await owner.call(updateMailbox, { params: { id }, body: { acknowledges: true } })
  return { product, owner, address, mailboxId: id }
}

const isAutomatic = (raw: Buffer): boolean => /^Auto-Submitted: auto-replied\r$/m.test(raw.toString('latin1'))

/** Automatic mails that went to an address, or to any of a domain. */
const automaticTo = (end: string) =>
  sink.accepted.filter(mail => mail.to.some(to => to.endsWith(end)) && isAutomatic(mail.raw))

/**
 * Waits until nobody has anything to say: three strangers in turn were acknowledged by each side, and
 * the post office carried nothing else meanwhile.
 */
async function untilSilent(post: PostOffice, sides: readonly Side[]): Promise<void> {
  for (let quiet = 0, round = 0; quiet < 3; round++) {
    const before = post.carried()
    await Promise.all(sides.map(side => askAsStranger(side.address, round)))
    await waitUntil('the post is carried', () => post.carried() >= sink.accepted.length || undefined)
    quiet = post.carried() - before <= sides.length ? quiet + 1 : 0
  }
}

async function askAsStranger(address: string, round: number): Promise<void> {
  const from = `stranger${round}@${address.replace('@', '-at-')}.${Date.now()}.test`
  await dovecot.deliver(rawMail({ from, to: address, subject: `round ${from}` }), [address])
  await sink.waitFor(mail => mail.to.includes(from), 30_000)
}

async function ticketsOf(side: Side): Promise<Ticket[]> {
  const { data } = await side.owner.call(listTickets, {
    query: { queue: 'all', order: 'newest', limit: 100 },
  })
  return await Promise.all(data.map(row => side.owner.call(getTicket, { params: { number: row.number } })))
}

/** Our own automatic mails in each ticket. */
const automaticIn = (ticket: Ticket) =>
  ticket.messages.filter(one => one.placedBy === 'acknowledgement').length

describe('a desk and a machine that answers everything', () => {
  let post: PostOffice
  let tickets: Ticket[]
  beforeAll(async () => {
    post = openPostOffice({ sink, dovecot, responders: RESPONDERS })
    for (const { address, kind } of RESPONDERS) {
      await dovecot.deliver(rawMail({ from: address, to: DESK, subject: `hello from ${kind}` }), [DESK])
    }
    for (const { address } of RESPONDERS) await sink.waitFor(mail => mail.to.includes(address), 60_000)
    await untilSilent(post, [ours])
    tickets = await ticketsOf(ours)
    await post.stop()
  }, 240_000)

  test.each(RESPONDERS)('exchange two automatic mails each at most: $kind', ({ kind }) => {
    const [sent, answered] = [automaticTo(`@${kind}.robots.test`).length, post.answers(kind)]

    expect([1, 2]).toContain(sent)
    expect([1, 2]).toContain(answered)
  })

  test('exchange one automatic mail a ticket at most, whatever the machine writes', () => {
    const many = tickets.filter(ticket => automaticIn(ticket) > 1).map(ticket => ticket.subject)

    expect(tickets.length).toBeGreaterThan(RESPONDERS.length)
    expect(many).toEqual([])
  })
})

describe('a desk', () => {
  test('and its own addresses exchange one automatic mail at most', async () => {
    const [alias, tagged] = ['hello@desk.test', 'support+orders@desk.test']
    await ours.owner.call(updateMailbox, { params: { id: ours.mailboxId }, body: { aliases: [alias] } })
    const post = openPostOffice({ sink, dovecot })
    for (const from of [DESK, alias, tagged]) {
      await dovecot.deliver(rawMail({ from, to: DESK, subject: `from ${from}` }), [DESK])
    }

    await untilSilent(post, [ours])

    await post.stop()
    expect([DESK, alias].map(address => automaticTo(address).length)).toEqual([0, 0])
    expect(automaticTo(tagged).length).toBeLessThanOrEqual(1)
  }, 120_000)

  test('shows the admins a machine that opens ticket after ticket', async () => {
    const from = 'nagging@insistent.test'
    for (let round = 0; round < 5; round++) {
      await dovecot.deliver(rawMail({ from, to: DESK, subject: `nagging ${round}` }), [DESK])
    }

    const view = await waitUntil('the notice', async () => {
      const seen = await ours.owner.call(getAutomaticMail, { params: { id: ours.mailboxId } })
      return seen.insistent.find(one => one.address === from)?.wishes === 5 ? seen : undefined
    })

    await sink.waitFor(mail => mail.to.includes(from))
    expect(automaticTo(from)).toHaveLength(1)
    expect(view.held).toContainEqual({ by: 'address', count: expect.any(Number) })
    expect(view.heldUntil).toBeNull()
  }, 60_000)
})

describe('two desks', () => {
  test('that write to each other exchange one automatic mail, and their agents go on talking', async () => {
    const post = openPostOffice({ sink, dovecot })
    await dovecot.deliver(
      rawMail({ from: 'ivana@duel.test', to: DESK, subject: 'please ask the other desk' }),
      [DESK],
    )
    const ticket = await findTicket(ours, 'please ask the other desk')
    const reply = { text: 'Can you help Ivana?', to: [PEER] }
    await ours.owner.call(sendReply, { params: { number: ticket.number }, body: reply })
    const asked = await findTicket(theirs, 'Re: please ask the other desk')
    await theirs.owner.call(sendReply, { params: { number: asked.number }, body: { text: 'Yes, we can.' } })
    const answered = await waitUntil(
      'their answer in our ticket',
      async () => {
        const now = await ours.owner.call(getTicket, { params: { number: ticket.number } })
        return now.messages.some(one => one.text.includes('Yes, we can.')) ? now : undefined
      },
      ON_THE_WAY,
    )

    await untilSilent(post, [ours, theirs])

    await post.stop()
    expect(automaticTo(DESK)).toHaveLength(1)
    expect(automaticTo(PEER)).toEqual([])
    expect(automaticIn(answered)).toBe(1) // Ivana's own
    expect(
      answered.messages.filter(one => one.kind === 'auto-reply' && one.direction === 'inbound'),
    ).toHaveLength(1)
  }, 120_000)

  test('exchange one automatic mail each where a gateway takes every mark and id off their mail', async () => {
    const strip = (raw: string) =>
      raw.replace(
        /^(?:Auto-Submitted|Precedence|X-[\w-]+|Message-ID|In-Reply-To|References|Content-Language):.*(?:\r\n[ \t].*)*\r\n/gim,
        '',
      )
    const post = openPostOffice({ sink, dovecot, change: strip })
    const [before, beforePeer] = [automaticTo(DESK).length, automaticTo(PEER).length]
    await dovecot.deliver(rawMail({ from: PEER, to: DESK, subject: 'a duel without marks' }), [DESK], {
      from: PEER,
    })
    await sink.waitFor(mail => mail.to.includes(PEER) && isAutomatic(mail.raw), 30_000)

    await untilSilent(post, [ours, theirs])

    await post.stop()
    expect(automaticTo(PEER).length - beforePeer).toBe(1)
    expect(automaticTo(DESK).length - before).toBeLessThanOrEqual(1)
  }, 120_000)
})

async function findTicket(side: Side, subject: string) {
  return await waitUntil(
    `a ticket "${subject}" at ${side.address}`,
    async () => {
      const { data } = await side.owner.call(listTickets, {
        query: { queue: 'all', order: 'newest', limit: 100 },
      })
      return data.find(row => row.subject === subject)
    },
    ON_THE_WAY,
  )
}
