import { expect, test } from 'vitest'
import type { JudgedRecipients } from '../../src/shared/recipients.ts'
import type { Ticket } from '../../src/shared/tickets.ts'
import { NO_DRAFT } from '../../src/web/compose/draft-store.ts'
import { isSameAim, shownRecipients } from '../../src/web/compose/shown-recipients.ts'

const ann = { name: 'Ann', address: 'ann@customer.test' }
const ticket = { replyDefaults: { to: [ann], cc: [], replyTo: [] } } as unknown as Ticket

test('the recipients of one message never stand in for those of another', () => {
  expect(isSameAim({}, { answeredMessageId: null })).toBe(true)
  expect(isSameAim({ answeredMessageId: 7 }, { answeredMessageId: 7 })).toBe(true)
  expect(isSameAim({}, { answeredMessageId: 7 })).toBe(false)
  expect(isSameAim({ answeredMessageId: 7 }, {})).toBe(false)
  expect(isSameAim(undefined, {})).toBe(false)
})

test('until the server answers, nobody is shown for a chosen message, and nobody can be kept', () => {
  const judged = { to: [{ ...ann, marks: [] }], cc: [], bcc: [], dropped: [] } satisfies JudgedRecipients
  const chosen = { ...NO_DRAFT, answeredMessageId: 7 }

  expect(shownRecipients(ticket, NO_DRAFT, undefined)).toMatchObject({ to: [ann.address], isKnown: true })
  expect(shownRecipients(ticket, chosen, undefined)).toMatchObject({ to: [], count: 0, isKnown: false })
  expect(shownRecipients(ticket, chosen, judged)).toMatchObject({ to: [ann.address], isKnown: true })
})
