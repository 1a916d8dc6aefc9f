import { expect, test } from 'vitest'
import type { Message } from '../../src/shared/tickets.ts'
import { rawMail } from '../support/mails.ts'
import { checkHistory } from './check-history.ts'
import type { Delivered, History, Invariant, SeenTicket } from './history.ts'
import { acknowledgement, event, recordedHistory, sunk } from './recorded-history.ts'

// Without these the proof could pass because its checker sees nothing.
test('a history in which all is well breaks no promise', () => {
  expect(checkHistory(recordedHistory())).toEqual([])
})

const first = <Item>(items: readonly Item[]): Item => items[0] as Item
const plants: [Invariant, string, string, (history: History) => void][] = [
  ['I1', 'a lost mail', 'is no message and not in quarantine', history => history.tickets.shift()],
  [
    'I1',
    'a doubled mail',
    'is message 1 in ticket 1 and message 9 in ticket 2',
    ({ tickets, raws, ledgers }) => {
      const [one, two] = tickets as [SeenTicket, SeenTicket]
      two.messages.push({ ...first(one.messages), id: 9 })
      raws.set(9, raws.get(1) ?? Buffer.alloc(0))
      first(ledgers).rows.push({ ...first(first(ledgers).rows), id: 9, uid: 9, messageId: 9 })
    },
  ],
  [
    'I1',
    'changed bytes',
    'whose bytes are not those that were delivered',
    ({ raws }) => raws.set(1, Buffer.from((raws.get(1) as Buffer).toString().replace('parcel', 'pencil'))),
  ],
  [
    'I1',
    'an answer in a ticket of its own',
    'thread [t-1] in support@desk.test is in tickets 1 ([m-1]) and 4 ([m-3])',
    history => {
      const [ticket] = history.tickets
      const moved = ticket?.messages.pop() as Message
      history.tickets.push({ ...(ticket as SeenTicket), number: 4, messages: [moved], notes: [], events: [] })
    },
  ],
  [
    'I1',
    'two matters in one ticket',
    'ticket 1 holds threads [t-1] ([m-3]) and [t-2] ([m-2]), none of them a newcomer',
    ({ tickets }) => {
      const [one, two] = tickets as [SeenTicket, SeenTicket]
      one.messages.push(...two.messages.splice(0, 1))
    },
  ],
  [
    'I1',
    'a newcomer who names nothing there',
    'ticket 1 holds [m-2] of [t-2], which names nothing there',
    ({ tickets }) => {
      const [one, two] = tickets as [SeenTicket, SeenTicket]
      one.messages.push(...two.messages.splice(0, 1).map(message => ({ ...message, isNewcomer: true })))
    },
  ],
  [
    'I1',
    'a message no ticket shows',
    'UID 7 of support@desk.test is same as message 77, which no ticket shows',
    ({ ledgers }) =>
      first(ledgers).rows.push({
        ...first(first(ledgers).rows),
        id: 7,
        uid: 7,
        outcome: 'same',
        messageId: 77,
      }),
  ],
  [
    'I2',
    'a mail that waits for ever',
    'UID 1 of support@desk.test was never filed',
    ({ ledgers }) => {
      first(first(ledgers).rows).outcome = 'stored'
    },
  ],
  [
    'I2',
    'a quarantine nobody is shown',
    'is in quarantine, and no list shows it',
    ({ ledgers }) => {
      Object.assign(first(first(ledgers).rows), { outcome: 'quarantined', reason: 'poison' })
    },
  ],
  [
    'I2',
    'a quarantine without bytes',
    'its bytes cannot be read',
    ({ ledgers, quarantine }) => {
      const row = first(first(ledgers).rows)
      Object.assign(row, { outcome: 'quarantined', reason: 'poison' })
      quarantine.push({ row, raw: Buffer.alloc(0) })
    },
  ],
  [
    'I2',
    'a browser that was not told',
    'ticket 2 is at version 5, and a browser that was open was told last of 4',
    ({ tickets }) => {
      ;(tickets[1] as SeenTicket).version = 5
    },
  ],
  [
    'I3',
    'a lost reply',
    'reply [r-1] is accepted by its ticket, and the sink never took it',
    ({ accepted }) => accepted.shift(),
  ],
  [
    'I3',
    'an acknowledgement that never left',
    'mail ack-1@desk.test of ticket 2 is accepted, and the sink never took it',
    ({ accepted }) => accepted.pop(),
  ],
  [
    'I3',
    'a reply sent twice without a mark',
    'reached the sink 2 times and is not marked',
    ({ accepted }) => accepted.push(first(accepted)),
  ],
  [
    'I3',
    'a reply sent twice with other bytes',
    'was sent with other bytes',
    history => {
      const { accepted, tickets } = history
      const [ticket] = tickets
      const reply = ticket?.messages.find(message => message.direction === 'outbound')
      if (reply?.delivery) reply.delivery.mayHaveBeenSentTwice = true
      ticket?.events.push({ ...event('reply_uncertain'), messageId: reply?.id ?? 0 })
      accepted.push(sunk({ ...first(accepted), raw: Buffer.from(`${first(accepted).raw}again\r\n`) }))
    },
  ],
  [
    'I3',
    'a failure nobody sees',
    'reply [r-2] failed, and nothing shows it',
    ({ undelivered }) => undelivered.clear(),
  ],
  [
    'I3',
    'a reply that was taken back and sent',
    'was taken back and is accepted',
    ({ replies }) => {
      first(replies).isTakenBack = true
    },
  ],
  [
    'I3',
    'a note written twice',
    'note [n-1] stands 2 times in ticket 1',
    ({ tickets }) => first(tickets).notes.push(first(first(tickets).notes)),
  ],
  [
    'I3',
    'a mail nobody wrote',
    'the sink has a mail nobody wrote',
    ({ accepted }) =>
      accepted.push(sunk({ ...first(accepted), raw: rawMail({ messageId: 'odd@desk.test' }) })),
  ],
  [
    'I3',
    'a second copy in Sent',
    'mail reply-1@desk.test lies 2 times in Sent',
    ({ accepted, sentCopies }) => sentCopies.push(first(accepted).sha256, first(accepted).sha256),
  ],
  [
    'I4',
    'a note that leaves',
    'holds note [n-1]',
    ({ accepted }) => {
      const mail = first(accepted)
      accepted[0] = sunk({ ...mail, raw: Buffer.from(`${mail.raw}[n-1] Not for customers.\r\n`) })
    },
  ],
  [
    'I4',
    'words of another ticket',
    'holds words of thread [t-2]',
    ({ accepted }) => {
      const mail = first(accepted)
      accepted[0] = sunk({ ...mail, raw: Buffer.from(`${mail.raw}> [t-2]\r\n`) })
    },
  ],
  [
    'I4',
    'a reply to whom another agent wrote',
    'went to gone.2@customer.test, who is no customer of it',
    ({ accepted }) => first(accepted).to.push('gone.2@customer.test'),
  ],
  [
    'I4',
    'a reply to a stranger',
    'went to eve@evil.test, who is no customer of it',
    ({ accepted }) => first(accepted).to.push('eve@evil.test'),
  ],
  [
    'I4',
    'a stranger in a thread',
    'ticket 1 has mail of c1@customer.test ([m-1]) and eve@evil.test ([m-3]), none marked as a newcomer',
    ({ deliveries }) => {
      const answer = deliveries.find(one => one.tag === '[m-3]') as Delivered
      answer.from = 'eve@evil.test'
    },
  ],
  [
    'I4',
    'an answer to a newcomer',
    'went to eve@evil.test, who is no customer of it',
    ({ deliveries, tickets, accepted }) => {
      const answer = deliveries.find(one => one.tag === '[m-3]') as Delivered
      Object.assign(answer, { from: 'eve@evil.test', thread: '[t-9]', names: '[t-1]' })
      for (const one of first(tickets).messages) if (one.id === 3) one.isNewcomer = true
      first(accepted).to.push('eve@evil.test')
    },
  ],
  [
    'I5',
    'a list that shows another mailbox',
    'who may not see billing@desk.test saw ticket 3 in all of it',
    ({ sights }) => sights.push({ mailboxId: 2, what: 'ticket 3 in all' }),
  ],
  [
    'I5',
    'an open door',
    'asked for ticket 3 and was answered 200, not 404',
    ({ narrow }) => {
      first(narrow.refusals).status = 200
    },
  ],
  [
    'I6',
    'a node that holds its breath',
    'node 1 did not answer for 1400 ms',
    ({ breaths }) => breaths.push({ atMs: 5_000, tookMs: 1_500, queuedMs: 100, node: 'node 1' }),
  ],
  [
    'I7',
    'a second automatic mail',
    'c2@customer.test got 2 automatic mails',
    ({ accepted }) => accepted.push(acknowledgement('ack-2')),
  ],
  [
    'I8',
    'a slow recovery',
    'after node killed mail was a ticket after 25.0 s, bound 20.0 s',
    ({ faults }) => {
      first(faults).healedMs = 25_000
    },
  ],
  [
    'I8',
    'no recovery',
    'after node killed mail was no ticket in all the time we looked',
    ({ faults }) => {
      first(faults).healedMs = null
    },
  ],
  [
    'I8',
    'a process that died',
    'node 2 ended by itself',
    ({ deaths }) => deaths.push('node 2 ended by itself'),
  ],
]

test('whom its agent wrote to is no stranger, should a fault keep the sink from refusing them', () => {
  const history = recordedHistory()
  const to = 'gone.1@customer.test'

  Object.assign(first(history.replies), { to: [to], written: to })
  first(history.accepted).to = [to]

  expect(checkHistory(history).filter(one => one.invariant === 'I4')).toEqual([])
})

test.each([
  ['c2@customer.test', 'storm', 0],
  ['c2@customer.test', 'no-ancestor', 1],
  ['c1@customer.test', 'storm', 1],
] as const)(
  'where %s floods, mail of c2 in a ticket of others by %s breaks %d promises',
  (flooding, placedBy, broken) => {
    const history = recordedHistory()
    const { deliveries, tickets } = history
    const sample = deliveries.find(one => one.from === flooding) as Delivered
    for (let n = 1; n <= 20; n += 1) deliveries.push({ ...sample, tag: `[m-f${n}]`, thread: `[t-f${n}]` })
    const [one, two] = tickets as [SeenTicket, SeenTicket]
    one.messages.push(...two.messages.splice(0, 1).map(message => ({ ...message, placedBy })))

    const mixtures = checkHistory(history).filter(({ words }) => words.includes('holds threads'))

    expect(mixtures).toHaveLength(broken)
  },
)

test.each(plants)('%s: %s is found', (invariant, _what, words, plant) => {
  const history = recordedHistory()

  plant(history)

  const found = checkHistory(history).filter(one => one.invariant === invariant)
  expect(found.map(one => one.words).join('\n')).toContain(words)
})
