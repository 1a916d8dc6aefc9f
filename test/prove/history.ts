import type { ReplyOf } from '../../src/shared/define-route.ts'
import type { LedgerRow, listQuarantine } from '../../src/shared/mailboxes.ts'
import type { Message, Ticket } from '../../src/shared/tickets.ts'
import type { Accepted } from '../support/sink-log.ts'
import type { FaultKind } from './plan-faults.ts'

/** What another mail program did to a mail in INBOX. `moved` brought it back again, so it has to come in. */
export type Fate = 'kept' | 'expunged' | 'moved away' | 'moved' | 'copied'

/** A mail the mail server took for one mailbox: the driver's word, written down as LMTP or APPEND said yes. */
export type Delivered = {
  /** Stands in its text and in no other mail's: `[m-12]`. */
  tag: string
  /** Stands in the text of each mail that belongs to one ticket: `[t-5]`. */
  thread: string
  /** A stranger's mail names a mail of this thread, or takes its Message-ID: it may stand there as a newcomer's. */
  names: string | null
  mailbox: string
  from: string
  raw: Buffer
  /** How often it was delivered. */
  copies: number
  /** When the server had taken the last of them, in ms of the driver's monotonic clock. */
  takenMs: number
  fate: Fate
  /** Whether the ledger had its bytes before somebody took it away: then it must be a message. */
  wasTaken: boolean
}

/** A reply an agent meant to send, and what the API said. */
export type ReplyRecord = {
  /** `[r-7]` */
  tag: string
  to: string[]
  /** The address the agent wrote in place of the customer’s; the sink refuses it, but where a fault answers first. */
  written: string | null
  /** Set before the first try: a repeat goes to the same ticket. */
  ticketNumber: number | null
  /** From a 2xx answer only. */
  acknowledged: Pick<Message, 'id' | 'internetMessageId'> | null
  /** An undo that was answered with yes. */
  isTakenBack: boolean
  /** Tries without an answer, each repeated under the same key. */
  doubts: number
}

/** A note, an assignment or a closing that the API answered with 2xx. */
export type Deed =
  | { kind: 'note'; tag: string; ticketNumber: number; doubts: number }
  | { kind: 'assign'; ticketNumber: number; agentId: number; doubts: number }
  | { kind: 'close'; ticketNumber: number; agentId: number; doubts: number }

/** One fault, as it happened. Times are of the driver's monotonic clock, in ms. */
export type FaultRecord = {
  kind: FaultKind
  /** What was wrong besides. */
  beside: FaultKind | null
  words: string
  /**
   * When it is reckoned from: the beginning where others have to take over, else its end; but when the mail server took the
   * mail that was looked for, if that was later.
   */
  fromMs: number
  endedMs: number
  /** When a mail that came after `fromMs` was a ticket in each mailbox; null: not within the time we looked. */
  healedMs: number | null
  boundMs: number
}

/** What somebody saw who may see one mailbox only. `what` says where: a list, a ticket, a live hint. */
export type Sight = { mailboxId: number; what: string }

/**
 * A call of a node's door that touches no database, while nothing was done to that node. `queuedMs` of `tookMs` the node
 * was ready to go on and the machine had no processor for it.
 */
export type Breath = { atMs: number; tookMs: number; queuedMs: number; node: string }

/** A ticket as the API shows it to the owner. */
export type SeenTicket = Pick<
  Ticket,
  'number' | 'mailboxId' | 'version' | 'assigneeId' | 'messages' | 'notes' | 'events'
>

/** The ledger of one mailbox as the API shows it. */
export type SeenLedger = { address: string; mailboxId: number; rows: LedgerRow[] }

export type QuarantineRow = ReplyOf<typeof listQuarantine>['data'][number]

/**
 * All that the checker looks at: what the driver wrote down, what the public API shows after all came to rest, and
 * what the mail servers hold: the sink's log, and the Sent folders. Nothing of it comes from the database or from the product's code.
 */
export type History = {
  deliveries: Delivered[]
  replies: ReplyRecord[]
  deeds: Deed[]
  faults: FaultRecord[]
  breaths: Breath[]
  /** What the agent saw who may use `narrow.mailboxId` alone. */
  sights: Sight[]
  /** The highest version of each ticket that the live feed told them, by number. */
  told: ReadonlyMap<number, number>
  narrow: { mailboxId: number; refusals: { what: string; status: number }[] }
  /** Addresses of agents: mail to them is about tickets, never part of one. */
  agentAddresses: string[]
  mailboxes: { id: number; address: string; isRepeating: boolean }[]
  tickets: SeenTicket[]
  ledgers: SeenLedger[]
  /** Bytes of inbound messages, by message id. */
  raws: Map<number, Buffer>
  quarantine: { row: QuarantineRow; raw: Buffer }[]
  /** Tickets in the queue of what was not delivered. */
  undelivered: Set<number>
  /** Waiting for an agent: mail put off or of unknown fate, and mail not filed, when we stopped waiting. */
  unsettled: string[]
  /** How often a person had a mail of unknown fate sent again, by message id. */
  sentAgain: Map<number, number>
  /** Processes of the product that ended by themselves. */
  deaths: string[]
  accepted: Accepted[]
  /** Hashes of what lies in the Sent folders, one for each mail there. */
  sentCopies: string[]
}

/** One broken promise, in words: what was seen, and what should have been. */
export type Violation = { invariant: Invariant; words: string }

export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8'

/** All tags of one letter in a text, as `[m-12]`. */
export function tagsIn(text: string, letter: 'm' | 't' | 'r' | 'n'): string[] {
  return [...new Set(text.match(new RegExp(`\\[${letter}-[\\w.]+\\]`, 'g')) ?? [])]
}
