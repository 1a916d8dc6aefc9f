import { type Static, type TSchema, Type } from 'typebox'
import { exactly, Id, oneOf } from './schemas.ts'
import { type AssigneeWord, TICKET_PRIORITIES, TICKET_STATES } from './vocabulary.ts'

const Assignee = Type.Unsafe<AssigneeWord>({
  type: 'string',
  pattern: '^(?:me|nobody|(?:agent|team)-[1-9][0-9]{0,14})$',
})

/** As many values of one kind as a filter may name. */
export const FILTER_VALUES_LIMIT = 20
/** A year, in minutes. */
export const WAITING_MINUTES_LIMIT = 525_600
export const FILTER_TEXT_LIMIT = 200

const anyOf = <S extends TSchema>(item: S) =>
  Type.Optional(Type.Array(item, { minItems: 1, maxItems: FILTER_VALUES_LIMIT }))

/** The parts of a filter, for the query of a list. */
export const filterParts = {
  mailboxIds: anyOf(Id),
  assignees: anyOf(Assignee),
  states: anyOf(oneOf(TICKET_STATES)),
  tags: anyOf(Type.String({ minLength: 1, maxLength: 50 })),
  /** BCP 47 primary tags, of the customers. */
  languages: anyOf(Type.String({ pattern: '^[a-z]{2,3}$' })),
  priorities: anyOf(oneOf(TICKET_PRIORITIES)),
  /** Longer than so many minutes. */
  waitingMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: WAITING_MINUTES_LIMIT })),
  /** Words of the subject, or of whom the mail is from and to; all of them in one message, each maybe only begun. */
  text: Type.Optional(
    Type.String({ minLength: 1, maxLength: FILTER_TEXT_LIMIT, pattern: '^[^\\x00-\\x1f\\x7f]*$' }),
  ),
}

/** What a list is narrowed to: all that is given must fit, of several values one. What is not there fits nothing. */
export const TicketFilter = exactly(filterParts)
export type TicketFilter = Static<typeof TicketFilter>

/** The parts of a filter by name. */
export type FilterPart = keyof TicketFilter
