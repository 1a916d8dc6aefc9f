import { describe, expect, test } from 'vitest'
import type { TicketFilter } from '../../src/shared/ticket-filter.ts'
import {
  filterKey,
  isSameFilter,
  pickSearch,
  readFilter,
  typedMinutes,
  writeFilter,
} from '../../src/web/views/filter-search.ts'
import { fitsFilter } from '../../src/web/views/fits-filter.ts'

const whole: TicketFilter = {
  mailboxIds: [2, 7],
  assignees: ['me', 'nobody', 'agent-12', 'team-3'],
  states: ['open', 'waiting'],
  tags: ['vip', 'a, b', '100%', '%2C'],
  languages: ['bg', 'pl'],
  priorities: ['high', 'urgent'],
  waitingMinutes: 240,
  text: 'фактура, 5 & more',
}

describe('a filter in the address of a page', () => {
  test('is read as it was written, whatever its tags and words hold', () => {
    const search = writeFilter(whole)

    expect(readFilter(search)).toEqual(whole)
    expect(search.waiting).toBe('4h')
    expect(search.status).toBe('open,waiting')
  })

  test('keeps what can be read, and leaves out the rest', () => {
    const typed = {
      mailboxes: '2,-1,x,2',
      assignee: 'me,agent-0,team-,toString',
      status: 'open,gone',
      tag: `vip,,${'x'.repeat(51)}`,
      language: 'bg,BG,../',
      priority: 'loud',
      waiting: '4 hours',
      text: 4521,
      mailbox: '3',
      view: 'nine',
      other: 'x',
    }

    expect(pickSearch(typed)).toEqual({
      mailbox: 3,
      mailboxes: '2',
      assignee: 'me',
      status: 'open',
      tag: 'vip',
      language: 'bg',
      text: '4521',
    })
  })

  test('is bounded: twenty values of a part, two hundred letters of text, a year of waiting', () => {
    const many = Array.from({ length: 50 }, (_, n) => `tag${n}`).join(',')

    const filter = readFilter({ tag: many, text: 'x'.repeat(10_000), waiting: '366d' })

    expect(filter.tags).toHaveLength(20)
    expect(filter.text).toHaveLength(200)
    expect(filter.waitingMinutes).toBeUndefined()
  })

  test('is the same in another order, and another where a value is missing', () => {
    expect(isSameFilter({ tags: ['a', 'b'], text: 'x' }, { text: 'x', tags: ['b', 'a'] })).toBe(true)
    expect(isSameFilter({ tags: ['a', 'b'] }, { tags: ['a'] })).toBe(false)
    expect(filterKey({})).toBe('{}')
  })

  test.each([
    ['6', 360],
    ['6h', 360],
    ['6 ч', 360],
    ['6 godz.', 360],
    ['90 min', 90],
    ['90 минути', 90],
    ['3 дня', 4320],
    ['3 dni', 4320],
    ['0h', undefined],
    ['soon', undefined],
    ['999999d', undefined],
  ])('a typed wait of %s is understood', (typed, minutes) => {
    expect(typedMinutes(typed)).toBe(minutes)
  })
})

describe('a ticket that changed', () => {
  const now = new Date('2026-03-02T12:00:00Z')
  const ticket = {
    mailboxId: 2,
    state: 'open',
    assigneeId: 5,
    teamId: 3,
    tags: ['vip', 'refund'],
    priority: 'high',
    waitingSince: '2026-03-02T07:00:00.000Z',
  } as const

  test.each<TicketFilter>([
    {},
    { mailboxIds: [1, 2] },
    { assignees: ['me'] },
    { assignees: ['nobody', 'team-3'] },
    { states: ['open'], tags: ['none', 'vip'], priorities: ['high'], waitingMinutes: 240 },
    { languages: ['pl'], text: 'whatever' },
  ])('stays in a list narrowed to %o', filter => {
    expect(fitsFilter(filter, { ...ticket, tags: [...ticket.tags] }, 5, now)).toBe(true)
  })

  test.each<TicketFilter>([
    { mailboxIds: [1] },
    { assignees: ['me'] },
    { assignees: ['nobody', 'team-4', 'agent-6'] },
    { states: ['waiting'] },
    { tags: ['none'] },
    { priorities: ['urgent'] },
    { waitingMinutes: 301 },
  ])('leaves a list narrowed to %o', filter => {
    expect(fitsFilter(filter, { ...ticket, tags: [...ticket.tags] }, 6, now)).toBe(false)
  })
})
