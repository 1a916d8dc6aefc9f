import { expect, test } from 'vitest'
import type { Delivery } from '../../src/shared/delivery.ts'
import type { Fold, Message } from '../../src/shared/tickets.ts'
import {
  answeredAgain,
  forwardAgain,
  forwardedFiles,
  keepsHistory,
  missedRecipients,
  repairsOf,
} from '../../src/web/ticket/repairs.ts'

type Recipient = Delivery['recipients'][number]

const quoted: Fold[] = [{ start: 5, end: 90, kind: 'quote', isOpen: false }]
const picture = { contentType: 'image/jpeg' }

function recipient(state: Recipient['state'], reason: Recipient['reason']): Recipient {
  return { address: `${state}@example.org`, state, reason, severity: null, replyText: null }
}

/** A reply with what the rules look at of it. */
function reply(parts: { folds?: Fold[]; attachments?: { contentType: string }[] }): Message {
  return { id: 1, sideThreadId: null, folds: [], attachments: [], ...parts } as unknown as Message
}

function refusedFor(reason: Recipient['reason']): Delivery {
  return { recipients: [recipient('accepted', null), recipient('bounced', reason)] } as unknown as Delivery
}

test.each([
  ['an address that is wrong', reply({}), 'unknown-address', ['address', 'again']],
  ['a mail too large that quotes', reply({ folds: quoted }), 'too-large', ['history', 'again']],
  ['a mail too large with pictures', reply({ attachments: [picture] }), 'too-large', ['pictures', 'again']],
  ['a mail too large with neither', reply({}), 'too-large', ['again']],
  ['a mailbox that is full', reply({ folds: quoted }), 'mailbox-full', ['again']],
] as const)('%s is offered what mends it', (_what, message, reason, ways) => {
  expect(repairsOf(message, refusedFor(reason))).toEqual(ways)
})

test('only what is to leave the quoted mail out leaves it out, and nothing begins to quote', () => {
  const ways = ['address', 'again', 'pictures', 'history'] as const

  expect(ways.map(way => keepsHistory({ folds: quoted }, way))).toEqual([true, true, true, false])
  expect(ways.map(way => keepsHistory({ folds: [] }, way))).toEqual([false, false, false, false])
})

test('sent anew it answers what it answered, and stays with a third party', () => {
  expect(answeredAgain({ answeredMessageId: 7, sideThreadId: null })).toBe(7)
  expect(answeredAgain({ answeredMessageId: 7, sideThreadId: 3 })).toBe(7)
  expect(answeredAgain({ answeredMessageId: null, sideThreadId: 3 })).toBe(3)
})

test('a forward is forwarded anew, with the files that went along, and never answered in its side thread', () => {
  const forward = { ...reply({ folds: quoted }), id: 9, sideThreadId: 9 }
  const moved = { ...forward, placedByMessage: null }
  const file = (id: number, filename: string) => ({ id, filename, sizeBytes: 7 })
  const files = (...attachments: ReturnType<typeof file>[]) => ({ attachments }) as unknown as Message

  const shown = { ...forward, placedByMessage: { id: 4, ticketNumber: 1 } }

  expect(forwardAgain(shown)).toBe(4)
  expect(repairsOf(shown, refusedFor('unknown-address'))).toEqual(['again'])
  expect(repairsOf(moved, refusedFor('unknown-address'))).toEqual([])
  expect(forwardedFiles(files(file(1, 'a.txt'), file(2, 'b.txt')), files(file(8, 'b.txt')))).toEqual([2])
})

test('it is sent anew to those it did not reach, and to all where none is known', () => {
  const all = { recipients: [recipient('due', null)] } as unknown as Delivery

  expect(missedRecipients(refusedFor('spam')).map(one => one.address)).toEqual(['bounced@example.org'])
  expect(missedRecipients(all)).toEqual(all.recipients)
})
