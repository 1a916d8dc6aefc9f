import { queueNamed } from '../../shared/queue-names.ts'
import {
  FILTER_TEXT_LIMIT,
  FILTER_VALUES_LIMIT,
  type FilterPart,
  type TicketFilter,
  WAITING_MINUTES_LIMIT,
} from '../../shared/ticket-filter.ts'
import { type AssigneeWord, TICKET_PRIORITIES, TICKET_STATES } from '../../shared/vocabulary.ts'

/** The parts of a filter in the address of a page, in the order of its chips. Several values stand between commas. */
const WORDS = {
  mailboxes: 'mailboxIds',
  assignee: 'assignees',
  status: 'states',
  tag: 'tags',
  language: 'languages',
  priority: 'priorities',
  waiting: 'waitingMinutes',
  text: 'text',
} as const satisfies Record<string, FilterPart>

type FilterWord = keyof typeof WORDS

/** A filter as the address has it. */
export type FilterSearch = { [W in FilterWord]?: string }

/** What the address of a list holds besides its queue. */
export type QueueSearch = FilterSearch & { mailbox?: number; view?: number }

/** The parts of a filter, in the order of its chips. */
export const FILTER_PARTS: readonly FilterPart[] = Object.values(WORDS)

const UNITS = { m: 1, h: 60, d: 1440 } as const
const UNIT_LETTERS: Readonly<Record<string, string>> = { м: 'm', ч: 'h', g: 'h', д: 'd' }

/** What of an address is about a list, each part only as it can be used. */
export function pickSearch(search: Record<string, unknown>): QueueSearch {
  const ids = (['mailbox', 'view'] as const).flatMap(name => {
    const id = Number(search[name])
    return Number.isSafeInteger(id) && id > 0 ? [[name, id]] : []
  })
  return { ...Object.fromEntries(ids), ...writeFilter(readFilter(search)) }
}

/** The filter in an address; what cannot be read is left out, as if it had not been written. */
export function readFilter(search: Record<string, unknown>): TicketFilter {
  const filter: TicketFilter = {}
  for (const [word, part] of Object.entries(WORDS)) {
    const raw = search[word]
    // A number or a word of JSON in the address was read as one.
    if (raw !== undefined) Object.assign(filter, { [part]: readPart(part, String(raw)) })
  }
  return withoutEmpty(filter)
}

/** The parts of an address that say a filter; read back by `readFilter`. */
export function writeFilter(filter: TicketFilter): FilterSearch {
  const written = Object.entries(WORDS).flatMap(([word, part]) => {
    const value = filter[part]
    if (value === undefined) return []
    return [[word, Array.isArray(value) ? value.map(escaped).join(',') : writePlain(value)]]
  })
  return Object.fromEntries(written)
}

/** Whether two filters ask the same, in whatever order. */
export function isSameFilter(one: TicketFilter, other: TicketFilter): boolean {
  return filterKey(one) === filterKey(other)
}

/** A filter as a key: the same for all that ask the same. `{}` asks nothing. */
export function filterKey(filter: TicketFilter): string {
  const sorted = FILTER_PARTS.flatMap(part => {
    const value = filter[part]
    if (value === undefined) return []
    return [[part, Array.isArray(value) ? [...value].sort() : value]]
  })
  return JSON.stringify(Object.fromEntries(sorted))
}

/** Whether a filter narrows anything. */
export function isNarrowing(filter: TicketFilter): boolean {
  return FILTER_PARTS.some(part => filter[part] !== undefined)
}

/** A filter without the parts that ask nothing. */
export function withoutEmpty(filter: TicketFilter): TicketFilter {
  const kept = Object.entries(filter).filter(
    ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
  )
  return Object.fromEntries(kept)
}

/** How long somebody waits, from `4h`, `90m` or `2d`; undefined where it says no time. */
export function readMinutes(written: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(written) ?? []
  const minutes = Number(count) * (UNITS[unit as keyof typeof UNITS] ?? Number.NaN)
  return minutes >= 1 && minutes <= WAITING_MINUTES_LIMIT ? minutes : undefined
}

/**
 * How long a person types that somebody waits: `6` is hours, else by the first letter of its unit in any language of
 * the screens.
 */
export function typedMinutes(typed: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})\s*(\p{L}*)\.?$/u.exec(typed.trim().toLowerCase()) ?? []
  const letter = unit === '' ? 'h' : unit.charAt(0)
  return count === undefined ? undefined : readMinutes(`${count}${UNIT_LETTERS[letter] ?? letter}`)
}

/** Minutes in the largest unit that says them whole. */
export function unitOf(minutes: number): { count: number; unit: keyof typeof UNITS } {
  const withinDay = minutes % UNITS.h === 0 ? 'h' : 'm'
  const unit = minutes % UNITS.d === 0 ? 'd' : withinDay
  return { count: minutes / UNITS[unit], unit }
}

function writePlain(value: string | number): string {
  if (typeof value === 'string') return value
  const { count, unit } = unitOf(value)
  return `${count}${unit}`
}

function readPart(part: FilterPart, written: string): TicketFilter[FilterPart] {
  if (part === 'waitingMinutes') return readMinutes(written)
  if (part === 'text') return written.slice(0, FILTER_TEXT_LIMIT)
  const values = [...new Set(written.split(',').map(unescaped))].slice(0, FILTER_VALUES_LIMIT)
  switch (part) {
    case 'mailboxIds':
      return values.map(Number).filter(id => Number.isSafeInteger(id) && id > 0)
    case 'assignees':
      return values.filter(isAssignee)
    case 'states':
      return TICKET_STATES.filter(state => values.includes(state))
    case 'priorities':
      return TICKET_PRIORITIES.filter(priority => values.includes(priority))
    case 'languages':
      return values.filter(value => /^[a-z]{2,3}$/.test(value))
    case 'tags':
      return values.filter(value => value !== '' && value.length <= 50)
  }
}

function isAssignee(word: string): word is AssigneeWord {
  return word === 'me' || word === 'nobody' || /^agent-[1-9]\d{0,14}$/.test(word) || isTeam(word)
}

function isTeam(word: string): boolean {
  return word.startsWith('team-') && queueNamed(word) !== undefined
}

function escaped(value: string | number): string {
  return String(value).replaceAll('%', '%25').replaceAll(',', '%2C')
}

function unescaped(value: string): string {
  return value.replaceAll('%2C', ',').replaceAll('%25', '%')
}
