import type { LedgerRow } from '../../src/shared/mailboxes.ts'
import type { Message, Ticket } from '../../src/shared/tickets.ts'
import { rawMail } from '../support/mails.ts'
import { sha256 } from '../support/sha256.ts'
import type { Accepted } from '../support/sink-log.ts'
import type { Delivered, History, SeenTicket } from './history.ts'

/** Two threads in support, one in billing; a reply that arrived, one that was refused, a note, an acknowledgement. */
export function recordedHistory(): History {
  const deliveries = [
    delivered('[m-1]', '[t-1]', 'support@desk.test', 'c1@customer.test'),
    delivered('[m-2]', '[t-2]', 'support@desk.test', 'c2@customer.test'),
    delivered('[m-3]', '[t-1]', 'support@desk.test', 'c1@customer.test'),
    delivered('[m-4]', '[t-3]', 'billing@desk.test', 'c3@customer.test'),
  ]
  const inbound = deliveries.map((one, at) =>
    message({ id: at + 1, mailboxId: one.mailbox === 'support@desk.test' ? 1 : 2, direction: 'inbound' }),
  ) as [Message, Message, Message, Message]
  for (const [at, one] of inbound.entries())
    one.from = { name: null, address: (deliveries[at] as Delivered).from }
  const sent = outgoing(5, 'reply-1', '[r-1] [t-1] On its way.', 'accepted')
  const refused = outgoing(6, 'reply-2', '[r-2] [t-2] On its way.', 'failed')
  const ack = outgoing(7, 'ack-1', 'We have it.', 'accepted')
  const raw = (text: string, id: string) => rawMail({ messageId: `${id}@desk.test`, text: `${text}\r\n` })
  return {
    deliveries,
    replies: [
      reply('[r-1]', 1, sent, 'c1@customer.test'),
      reply('[r-2]', 2, refused, 'gone.2@customer.test'),
    ],
    deeds: [
      { kind: 'note', tag: '[n-1]', ticketNumber: 1, doubts: 0 },
      { kind: 'assign', ticketNumber: 1, agentId: 3, doubts: 0 },
      { kind: 'close', ticketNumber: 2, agentId: 3, doubts: 0 },
    ],
    faults: [
      {
        kind: 'node killed',
        beside: null,
        words: 'node killed',
        fromMs: 0,
        endedMs: 9_000,
        healedMs: 8_000,
        boundMs: 20_000,
      },
    ],
    breaths: [{ atMs: 1_000, tookMs: 4, queuedMs: 0, node: 'node 1' }],
    sights: [{ mailboxId: 1, what: 'ticket 1 in all' }],
    told: new Map([1, 2, 4].map(number => [number, 4])),
    narrow: { mailboxId: 1, refusals: [{ what: 'ticket 3', status: 404 }] },
    agentAddresses: ['ada@desk.test'],
    mailboxes: [
      { id: 1, address: 'support@desk.test', isRepeating: true },
      { id: 2, address: 'billing@desk.test', isRepeating: false },
    ],
    tickets: [
      ticket(1, 1, [inbound[0], sent, inbound[2]], {
        assigneeId: 3,
        notes: [
          { id: 1, authorId: 3, text: '[n-1] Not for customers.', html: null, mentions: [], createdAt: at },
        ],
      }),
      ticket(2, 1, [inbound[1], refused, ack], { events: [{ ...event('state_changed'), agentId: 3 }] }),
      ticket(3, 2, [inbound[3]]),
    ],
    ledgers: [
      { address: 'support@desk.test', mailboxId: 1, rows: [row(1, 1, 1), row(2, 1, 2), row(3, 1, 1)] },
      { address: 'billing@desk.test', mailboxId: 2, rows: [row(4, 2, 3)] },
    ],
    raws: new Map(
      deliveries.map((one, n) => [n + 1, Buffer.concat([Buffer.from('Received: x\r\n'), one.raw])]),
    ),
    quarantine: [],
    undelivered: new Set([2]),
    unsettled: [],
    sentAgain: new Map(),
    deaths: [],
    sentCopies: [],
    accepted: [
      sunk({ raw: raw('[r-1] [t-1] On its way.', 'reply-1'), to: ['c1@customer.test'] }),
      acknowledgement('ack-1'),
    ],
  }
}

const at = '2026-11-02T09:00:00.000Z'

function delivered(tag: string, thread: string, mailbox: string, from: string): Delivered {
  const raw = rawMail({ from, to: mailbox, text: `${tag} ${thread}\r\nWhere is my parcel?\r\n` })
  return {
    tag,
    thread,
    names: null,
    mailbox,
    from,
    raw,
    copies: 1,
    takenMs: 0,
    fate: 'kept',
    wasTaken: false,
  }
}

/** Of a message only what the checker reads. */
function message(parts: Partial<Message>): Message {
  return {
    text: '',
    from: null,
    isNewcomer: false,
    internetMessageId: null,
    delivery: null,
    mailboxId: 1,
    ...parts,
  } as Message
}

function outgoing(id: number, name: string, text: string, state: 'accepted' | 'failed'): Message {
  const delivery = { state, mayHaveBeenSentTwice: false, failure: state === 'failed' ? 'open' : null }
  return message({
    id,
    direction: 'outbound',
    text,
    internetMessageId: `${name}@desk.test`,
    delivery: delivery as Message['delivery'],
  })
}

function ticket(
  number: number,
  mailboxId: number,
  messages: Message[],
  more: Partial<Ticket> = {},
): SeenTicket {
  return { number, mailboxId, version: 4, assigneeId: null, messages, notes: [], events: [], ...more }
}

/** An entry of a ticket's history. */
export function event(kind: 'state_changed' | 'reply_uncertain'): Ticket['events'][number] {
  return { id: 1, at, kind, agentId: null, messageId: null, stopsReply: false, data: {} }
}

function row(id: number, mailboxId: number, ticketNumber: number): LedgerRow {
  const place = { folder: 'INBOX', uidValidity: 1, uid: id, receivedAt: at, sizeBytes: 9, sha256: 'x' }
  return { id, mailboxId, ...place, outcome: 'filed', reason: null, messageId: id, ticketNumber, attempts: 1 }
}

function reply(tag: string, ticketNumber: number, { id, internetMessageId }: Message, to: string) {
  const acknowledged = { id, internetMessageId }
  const written = to.startsWith('gone.') ? to : null
  return { tag, to: [to], written, ticketNumber, acknowledged, isTakenBack: false, doubts: 0 }
}

/** An automatic mail to the customer of the second ticket. */
export function acknowledgement(name: string): Accepted {
  const headers = ['Auto-Submitted: auto-replied']
  const raw = rawMail({ messageId: `${name}@desk.test`, headers, text: 'We have it.\r\n' })
  return sunk({ raw, to: ['c2@customer.test'] })
}

/** As the sink logs it. */
export function sunk({ raw, to }: Pick<Accepted, 'raw' | 'to'>): Accepted {
  const internetMessageId = /^Message-ID: <(.*)>/m.exec(raw.toString())?.[1] ?? null
  const facts = { seq: 1, at: new Date(at), user: null, isTls: true, from: 'support@desk.test' }
  return { ...facts, to: [...to], raw, sha256: sha256(raw), internetMessageId }
}
