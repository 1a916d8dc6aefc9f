import type { LedgerRow } from '../../src/shared/mailboxes.ts'
import type { Message } from '../../src/shared/tickets.ts'
import { floodingSenders } from './flooding-senders.ts'
import { type Delivered, type History, tagsIn, type Violation } from './history.ts'

type Seen = { message: Message; ticketNumber: number; raw: Buffer }

/** By mailbox id and tag: the messages that carry a mail. */
type Found = Map<string, Seen[]>

/**
 * I1: every mail is exactly one message in exactly one ticket of its mailbox, with the bytes that were delivered, or
 * exactly one quarantine entry. Mail somebody took away before we had it may be missing.
 */
export function checkIngest(history: History): Violation[] {
  const idOf = new Map(history.mailboxes.map(mailbox => [mailbox.address, mailbox.id]))
  const found = findMessages(history)
  const held = findQuarantined(history)
  const broken: string[] = []
  for (const delivered of history.deliveries) {
    const key = `${idOf.get(delivered.mailbox)} ${delivered.tag}`
    broken.push(...judgeMail(delivered, found.get(key) ?? [], held.get(key) ?? 0))
  }
  broken.push(...judgeThreads(history, found, idOf), ...judgeLedgers(history), ...strangers(history, found))
  return broken.map(words => ({ invariant: 'I1', words }))
}

function findMessages({ tickets, raws }: History): Found {
  const found: Found = new Map()
  for (const ticket of tickets) {
    for (const message of ticket.messages) {
      if (message.direction !== 'inbound' || message.mailboxId !== ticket.mailboxId) continue
      const raw = raws.get(message.id) ?? Buffer.alloc(0)
      // One message that two tickets show is found twice, and counted so.
      const [tag] = tagsIn(raw.toString('latin1'), 'm')
      const key = `${message.mailboxId} ${tag ?? 'without a tag'}`
      found.set(key, [...(found.get(key) ?? []), { message, ticketNumber: ticket.number, raw }])
    }
  }
  return found
}

function findQuarantined({ quarantine }: History): Map<string, number> {
  const held = new Map<string, Set<string>>()
  for (const { row, raw } of quarantine) {
    const [tag] = tagsIn(raw.toString('latin1'), 'm')
    const key = `${row.mailboxId} ${tag ?? 'without a tag'}`
    held.set(key, (held.get(key) ?? new Set()).add(`${row.uidValidity} ${row.uid}`))
  }
  return new Map([...held].map(([key, rows]) => [key, rows.size]))
}

function judgeMail(delivered: Delivered, found: readonly Seen[], held: number): string[] {
  const { tag, mailbox, fate, wasTaken, copies } = delivered
  const name = `mail ${tag} to ${mailbox}`
  const mayBeMissing = (fate === 'expunged' || fate === 'moved away') && !wasTaken
  if (found.length > 1) {
    const where = found.map(({ message, ticketNumber }) => `message ${message.id} in ticket ${ticketNumber}`)
    return [
      `${name} was delivered ${copies === 1 ? 'once' : `${copies} times`} and is ${where.join(' and ')}`,
    ]
  }
  // Each instance of one mail may end in quarantine before another is filed.
  if (found.length === 0 && held === 0) {
    return mayBeMissing
      ? []
      : [`${name} was taken by the mail server and is no message and not in quarantine`]
  }
  const [seen] = found
  const isWhole = seen === undefined || endsWith(seen.raw, delivered.raw)
  return isWhole
    ? []
    : [`${name} is message ${seen.message.id}, whose bytes are not those that were delivered`]
}

/** The server puts its own fields on top; below them nothing may differ. */
function endsWith(raw: Buffer, delivered: Buffer): boolean {
  return raw.subarray(-delivered.length).equals(delivered)
}

type Placed = Pick<Delivered, 'tag' | 'thread' | 'names'> & { isNewcomer: boolean; isGrouped: boolean }

/**
 * Mails of one thread are in one ticket, and a ticket is of one thread. Beside it a ticket may hold a stranger who names
 * one of its mails, as a newcomer; whichever of the two is filed first has the ticket. What a sender opens who floods the
 * mailbox may be grouped, and says so.
 */
function judgeThreads({ deliveries }: History, found: Found, idOf: ReadonlyMap<string, number>): string[] {
  const ticketsOf = new Map<string, Map<number, string>>()
  const mailsOf = new Map<number, Placed[]>()
  const floods = floodingSenders(deliveries)
  for (const { thread, names, tag, mailbox, from } of deliveries) {
    for (const { ticketNumber, message } of found.get(`${idOf.get(mailbox)} ${tag}`) ?? []) {
      const key = `thread ${thread} in ${mailbox}`
      ticketsOf.set(key, (ticketsOf.get(key) ?? new Map()).set(ticketNumber, tag))
      const { isNewcomer, placedBy } = message
      const isGrouped = placedBy === 'storm' && floods.has(`${mailbox} ${from}`)
      const placed = { tag, thread, names, isNewcomer, isGrouped }
      mailsOf.set(ticketNumber, [...(mailsOf.get(ticketNumber) ?? []), placed])
    }
  }
  const split = [...ticketsOf].filter(([, tickets]) => tickets.size > 1)
  return [
    ...split.map(([key, tickets]) => `${key} is in tickets ${named(tickets)}`),
    ...[...mailsOf].flatMap(([number, mails]) =>
      judgeMixture(mails).map(fault => `ticket ${number} ${fault}`),
    ),
  ]
}

function named(places: ReadonlyMap<unknown, string>): string {
  return [...places].map(([place, tag]) => `${place} (${tag})`).join(' and ')
}

function judgeMixture(mails: readonly Placed[]): string[] {
  const grouped = new Set(mails.filter(one => one.isGrouped).map(one => one.thread)) // with the answers to them
  const owning = mails.filter(one => !one.isNewcomer && !grouped.has(one.thread))
  const owners = new Map(owning.map(({ thread, tag }) => [thread, tag]))
  if (owners.size > 1) return [`holds threads ${named(owners)}, none of them a newcomer`]
  const threads = new Set(mails.map(one => one.thread))
  // Two strangers who name one thread are tied by it: one may have come before it, under an id of its own.
  const isTied = (stranger: Placed) =>
    (stranger.names !== null && threads.has(stranger.names)) ||
    mails.some(
      one =>
        one !== stranger &&
        (one.names === stranger.thread || (one.names !== null && one.names === stranger.names)),
    )
  const lost = mails.filter(
    one => one.isNewcomer && !owners.has(one.thread) && !grouped.has(one.thread) && !isTied(one),
  )
  return lost.map(({ tag, thread }) => `holds ${tag} of ${thread}, which names nothing there`)
}

/** Each row has one outcome, and the messages it names are there. */
function judgeLedgers({ ledgers, tickets }: History): string[] {
  const known = new Map<number, number>()
  for (const ticket of tickets) {
    for (const one of ticket.messages)
      if (one.mailboxId === ticket.mailboxId) known.set(one.id, ticket.number)
  }
  return ledgers.flatMap(({ address, rows }) => {
    const places = Map.groupBy(rows, row => `${row.folder} ${row.uidValidity} ${row.uid}`)
    const twice = [...places].filter(([, same]) => same.length > 1)
    const lost = rows.filter(
      row => (row.outcome === 'filed' || row.outcome === 'same') && !known.has(row.messageId ?? 0),
    )
    return [
      ...twice.map(([place, same]) => `${place} of ${address} has ${same.length} rows in the ledger`),
      ...lost.map(
        row =>
          `UID ${row.uid} of ${address} is ${row.outcome} as message ${row.messageId}, which no ticket shows`,
      ),
    ]
  })
}

/** Messages of mails that nobody delivered. */
function strangers({ deliveries, mailboxes }: History, found: Found): string[] {
  const idOf = new Map(mailboxes.map(mailbox => [mailbox.address, mailbox.id]))
  const known = new Set(deliveries.map(({ mailbox, tag }) => `${idOf.get(mailbox)} ${tag}`))
  return [...found]
    .filter(([key]) => !known.has(key))
    .flatMap(([, seen]) =>
      seen.map(
        ({ message, ticketNumber }) => `message ${message.id} in ticket ${ticketNumber} was never delivered`,
      ),
    )
}

/**
 * I2: what could not be filed is shown, with a reason and its bytes, nothing waits unseen, and a browser that stayed open
 * all the time was told of every ticket as it is now.
 */
export function checkSilence(history: History): Violation[] {
  const { ledgers, quarantine, unsettled } = history
  const shown = new Map(quarantine.map(({ row, raw }) => [row.id, raw]))
  const broken = ledgers.flatMap(({ address, rows }) =>
    rows.flatMap(row => judgeRow(row, shown).map(fault => `UID ${row.uid} of ${address} ${fault}`)),
  )
  const waiting = unsettled.filter(words => words.includes('wait to be filed'))
  return [...broken, ...waiting, ...untold(history)].map(words => ({ invariant: 'I2', words }))
}

/** Which outcomes of a mail this proof never asks for. */
const UNASKED: readonly LedgerRow['outcome'][] = ['ignored', 'erased', 'too_large']

function judgeRow({ id, outcome, reason }: LedgerRow, shown: ReadonlyMap<number, Buffer>): string[] {
  if (outcome === 'stored') return ['was never filed']
  if (UNASKED.includes(outcome)) return [`ended as ${outcome} (${reason}), which nothing here asks for`]
  if (outcome !== 'quarantined') return []
  const raw = shown.get(id)
  if (reason === null) return ['is in quarantine without a reason']
  if (raw === undefined) return ['is in quarantine, and no list shows it']
  return raw.length === 0 ? ['is in quarantine, and its bytes cannot be read'] : []
}

function untold({ tickets, narrow, told }: History): string[] {
  return tickets
    .filter(
      ({ mailboxId, number, version }) => mailboxId === narrow.mailboxId && version > (told.get(number) ?? 0),
    )
    .map(({ number, version }) => {
      const last = told.has(number) ? `told last of ${told.get(number)}` : 'never told of it'
      return `ticket ${number} is at version ${version}, and a browser that was open was ${last}`
    })
}
