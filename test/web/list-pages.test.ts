import { describe, expect, test } from 'vitest'
import type { TicketRow } from '../../src/shared/tickets.ts'
import { QUEUES, TICKET_STATES, teamQueue } from '../../src/shared/vocabulary.ts'
import { type QueueRule, ruleOf } from '../../src/tickets/queues.ts'
import { type ListPage, mapRows, withFreshTop, withRow } from '../../src/web/inbox/list-pages.ts'
import { standsIn } from '../../src/web/inbox/queue-rule.ts'

function row(number: number, minute: number): TicketRow {
  return {
    number,
    mailboxId: 1,
    subject: `ticket ${number}`,
    snippet: '',
    state: 'open',
    assigneeId: null,
    teamId: null,
    priority: 'normal',
    isFollowed: false,
    isUnread: false,
    hasUnseenMention: false,
    snooze: null,
    deletedAt: null,
    customer: null,
    tags: [],
    messageCount: 1,
    lastMessageAt: new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString(),
    waitingSince: null,
    hasFailedReply: false,
    hasLateReply: false,
    isStorm: false,
    version: 1,
    isTwin: false,
    twins: [],
  }
}

function numbers(pages: readonly ListPage[] | undefined): number[][] | undefined {
  return pages?.map(page => page.data.map(({ number }) => number))
}

describe('a fresh first page over a long list', () => {
  const shown: ListPage[] = [
    { data: [row(6, 60), row(5, 50)], nextCursor: 'a' },
    { data: [row(4, 40), row(3, 30)], nextCursor: 'b' },
    { data: [row(2, 20), row(1, 10)], nextCursor: null },
  ]

  test('a new ticket comes first and pushes none out of sight', () => {
    const pages = withFreshTop(shown, { data: [row(7, 70), row(6, 60)], nextCursor: 'x' })

    expect(numbers(pages)).toEqual([
      [7, 6, 5],
      [4, 3],
      [2, 1],
    ])
    expect(pages?.[0]?.nextCursor).toBe('a')
  })

  test('an old ticket that got a message moves up and stands once', () => {
    const pages = withFreshTop(shown, { data: [row(2, 70), row(6, 60)], nextCursor: 'x' })

    expect(numbers(pages)).toEqual([[2, 6, 5], [4, 3], [1]])
  })

  test('a ticket that left the queue is gone from the top', () => {
    const pages = withFreshTop(shown, { data: [row(5, 50), row(4, 40)], nextCursor: 'x' })

    expect(numbers(pages)).toEqual([[5, 4], [3], [2, 1]])
  })

  test('where more came than a page holds, the whole list must be asked for again', () => {
    const pages = withFreshTop(shown, { data: [row(9, 90), row(8, 80)], nextCursor: 'x' })

    expect(pages).toBeUndefined()
  })

  test('a changed row changes in its place, a row without a place is taken out', () => {
    const renamed = mapRows(shown, new Set([4]), found => ({ ...found, subject: 'new' }))
    const taken = mapRows(shown, new Set([4]), () => null)

    expect(renamed[1]?.data[0]?.subject).toBe('new')
    expect(numbers(taken)).toEqual([[6, 5], [3], [2, 1]])
  })
})

describe('a row leaves a queue by the rule of the server', () => {
  const ME = 7
  const TEAM = 3
  const isWhose = (assignee: QueueRule['assignee'], { assigneeId, teamId }: (typeof cases)[number]) => {
    if (typeof assignee === 'number') return teamId === assignee
    if (assignee === 'nobody') return assigneeId === null && teamId === null
    return assignee === 'anyone' || assigneeId === ME
  }

  const snoozes = [null, { until: null }]
  const deletions = [null, '2026-01-01T00:00:00Z']
  const cases = TICKET_STATES.flatMap(state =>
    [ME, 8, null].flatMap(assigneeId =>
      [true, false].flatMap(hasFailedReply =>
        snoozes.flatMap(snooze =>
          deletions.flatMap(deletedAt =>
            [null, TEAM, 4].map(teamId => ({ state, assigneeId, teamId, hasFailedReply, snooze, deletedAt })),
          ),
        ),
      ),
    ),
  )

  test.each([...QUEUES, teamQueue(TEAM)])('%s', queue => {
    const { states, assignee, holds } = ruleOf(queue)
    for (const ticket of cases) {
      const { state, snooze, deletedAt } = ticket
      const isHeld = {
        'at-hand': snooze === null && deletedAt === null,
        kept: deletedAt === null,
        snoozed: snooze !== null && deletedAt === null,
        deleted: deletedAt !== null,
        undelivered: ticket.hasFailedReply && deletedAt === null,
        drafted: deletedAt === null, // the server alone knows
        sent: deletedAt === null,
        mentioned: deletedAt === null,
      }[holds]
      const expected = states.includes(state) && isWhose(assignee, ticket) && isHeld
      expect(standsIn(queue, ticket, ME)).toBe(expected)
    }
  })
})

describe('a row in a list by who waits longest', () => {
  const waiting = (number: number, minute: number): TicketRow => {
    const plain = row(number, minute)
    return { ...plain, waitingSince: plain.lastMessageAt }
  }
  const shown = [
    { data: [waiting(1, 10), waiting(2, 20)], nextCursor: 'a' },
    { data: [waiting(3, 40), row(4, 50)], nextCursor: 'b' },
  ]

  test('goes before who began to wait later, and the rest by its newest message', () => {
    expect(numbers(withRow(shown, waiting(9, 30), true))).toEqual([
      [1, 2],
      [9, 3, 4],
    ])
    expect(numbers(withRow(shown, row(9, 55), true))).toEqual([
      [1, 2],
      [3, 9, 4],
    ])
    expect(numbers(withRow(shown, row(1, 60), true))).toEqual([[2], [3, 1, 4]])
  })

  test('comes with its page where that is not loaded, and leaves where it stands no longer', () => {
    expect(numbers(withRow(shown, row(9, 5), true))).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(numbers(withRow(shown, waiting(2, 20), false))).toEqual([[1], [3, 4]])
    const whole = [{ data: [waiting(1, 10)], nextCursor: null }]
    expect(numbers(withRow(whole, row(9, 5), true))).toEqual([[1, 9]])
  })
})
