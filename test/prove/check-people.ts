import { fieldsOf, plainText } from './answer-back.ts'
import { type History, type SeenTicket, tagsIn, type Violation } from './history.ts'

/** A person's mail in a ticket: the driver's word on who wrote it. */
type Spoken = { tag: string; from: string; thread: string; isNewcomer: boolean }

/**
 * I4: what leaves holds nothing but its own thread and goes to nobody but the customer of its thread or whom its agent wrote
 * to instead, and never a note.
 * A stranger who names another's mail stands in that ticket as a newcomer at most, and is answered by nothing.
 */
export function checkSpeakers(history: History): Violation[] {
  const { accepted, agentAddresses, replies } = history
  const byId = new Map<string, SeenTicket>()
  for (const ticket of history.tickets) {
    for (const one of ticket.messages)
      if (one.internetMessageId !== null) byId.set(one.internetMessageId, ticket)
  }
  const broken = accepted.flatMap(mail => {
    const ticket = byId.get(mail.internetMessageId ?? '')
    if (ticket === undefined) return [] // I3 names it
    const name = `mail ${mail.internetMessageId} of ticket ${ticket.number}`
    const entitled = spokenIn(ticket, history).filter(one => !one.isNewcomer)
    const text = plainText(mail.raw)
    const foreign = tagsIn(text, 't').filter(tag => !entitled.some(one => one.thread === tag))
    const written = replies.find(
      ({ acknowledged }) => acknowledged?.internetMessageId === mail.internetMessageId,
    )?.written
    const known = [...entitled.map(one => one.from), ...agentAddresses, written]
    const strangers = mail.to.filter(address => !known.includes(address))
    return [
      ...tagsIn(text, 'n').map(tag => `${name} holds note ${tag}`),
      ...foreign.map(tag => `${name} holds words of thread ${tag}`),
      ...strangers.map(address => `${name} went to ${address}, who is no customer of it`),
    ]
  })
  return [...broken, ...foreignSenders(history)].map(words => ({ invariant: 'I4', words }))
}

function spokenIn(ticket: SeenTicket, { raws, deliveries }: History): Spoken[] {
  return ticket.messages.flatMap(({ id, isNewcomer }) => {
    const [tag] = tagsIn(raws.get(id)?.toString('latin1') ?? '', 'm')
    const delivered = deliveries.find(one => one.tag === tag)
    return delivered
      ? [{ tag: delivered.tag, from: delivered.from, thread: delivered.thread, isNewcomer }]
      : []
  })
}

/** Who stands in a ticket without being marked is the one person whose thread it is. */
function foreignSenders(history: History): string[] {
  return history.tickets.flatMap(ticket => {
    const spoken = spokenIn(ticket, history).filter(one => !one.isNewcomer)
    const senders = new Map(spoken.map(({ from, tag }) => [from, tag]))
    const named = [...senders].map(([from, tag]) => `${from} (${tag})`).join(' and ')
    return senders.size > 1 ? [`ticket ${ticket.number} has mail of ${named}, none marked as a newcomer`] : []
  })
}

/** I5: who may use one mailbox saw nothing of another, while things broke and afterwards. */
export function checkIsolation({ sights, narrow, mailboxes }: History): Violation[] {
  const nameOf = (id: number) => mailboxes.find(mailbox => mailbox.id === id)?.address ?? `mailbox ${id}`
  const seen = sights.filter(sight => sight.mailboxId !== narrow.mailboxId)
  const open = narrow.refusals.filter(({ status }) => status !== 404)
  const broken = [
    ...seen.map(({ mailboxId, what }) => `who may not see ${nameOf(mailboxId)} saw ${what} of it`),
    ...open.map(
      ({ what, status }) => `who may not see it asked for ${what} and was answered ${status}, not 404`,
    ),
  ]
  return broken.map(words => ({ invariant: 'I5', words }))
}

const breathLimitMs = 1_000

/** I6: no mail keeps others waiting: every node that nothing was done to answers its door within a second. */
export function checkWork({ breaths }: History): Violation[] {
  return breaths
    .filter(({ tookMs, queuedMs }) => tookMs - queuedMs > breathLimitMs)
    .map(({ node, tookMs, queuedMs, atMs }) => ({
      invariant: 'I6',
      words: `${node} did not answer for ${Math.round(tookMs - queuedMs)} ms, ${Math.round(atMs / 1_000)} s into the run`,
    }))
}

const automaticPerAddress = 1 // within 24 hours (docs/decisions/0011-automatic-mail-budgets.md)

/** I7: automatic mail stays under its caps per address and per ticket, whatever came in. */
export function checkEmission({ accepted, agentAddresses, tickets }: History): Violation[] {
  const ticketOf = new Map(
    tickets.flatMap(({ number, messages }) => messages.map(one => [one.internetMessageId ?? '', number])),
  )
  const automatic = accepted.filter(mail => {
    const word = fieldsOf(mail.raw).autoSubmitted.toLowerCase()
    return word !== '' && word !== 'no' && !mail.to.every(address => agentAddresses.includes(address))
  })
  const idsOf = (groups: Map<unknown, typeof automatic>) =>
    [...groups].map(([key, mails]) => ({ key, ids: new Set(mails.map(one => one.internetMessageId)) }))
  const addresses = idsOf(Map.groupBy(automatic, mail => mail.to.join(', ')))
  const numbers = idsOf(Map.groupBy(automatic, mail => ticketOf.get(mail.internetMessageId ?? '')))
  const broken = [
    ...addresses
      .filter(({ ids }) => ids.size > automaticPerAddress)
      .map(({ key, ids }) => `${key} got ${ids.size} automatic mails`),
    ...numbers
      .filter(({ key, ids }) => key !== undefined && ids.size > automaticPerAddress)
      .map(({ key, ids }) => `ticket ${key} sent ${ids.size} automatic mails`),
  ]
  return broken.map(words => ({ invariant: 'I7', words }))
}

/** I8: after each fault a mail was a ticket again within its bound, and no process had to be started by hand. */
export function checkLiveness({ faults, deaths }: History): Violation[] {
  const late = faults.flatMap(({ words, fromMs, healedMs, boundMs }) => {
    if (healedMs === null) return [`after ${words} mail was no ticket in all the time we looked`]
    const tookMs = healedMs - fromMs
    const seconds = (ms: number) => (ms / 1_000).toFixed(1)
    return tookMs > boundMs
      ? [`after ${words} mail was a ticket after ${seconds(tookMs)} s, bound ${seconds(boundMs)} s`]
      : []
  })
  return [...late, ...deaths].map(words => ({ invariant: 'I8', words }))
}
