import type { TicketRow } from '../../shared/tickets.ts'

/** One page of a list as the API gives it. `isCut`: only the newest messages with the text of its filter were looked at. */
export type ListPage = { data: TicketRow[]; nextCursor: string | null; isCut?: boolean }

/**
 * Puts a fresh first page over the pages already shown, dropping the rows it repeats further down.
 *
 * @returns undefined when the fresh page does not reach the rows shown before (more than a page of
 *   mail arrived meanwhile): rows between would be missing, so the whole list must be asked for again
 */
export function withFreshTop(pages: readonly ListPage[], top: ListPage): ListPage[] | undefined {
  const [first, ...later] = pages
  if (first === undefined || later.length === 0) return [top]
  const fresh = new Set(top.data.map(row => row.number))
  if (!first.data.some(row => fresh.has(row.number))) return undefined
  const last = top.data.at(-1)
  const pushedOut = first.data.filter(
    row => !fresh.has(row.number) && last !== undefined && isAfter(row, last),
  )
  const rest = later.map(page => ({ ...page, data: page.data.filter(row => !fresh.has(row.number)) }))
  return [{ data: [...top.data, ...pushedOut], nextCursor: first.nextCursor }, ...rest]
}

// A row below the last fresh one was pushed down a page; a row above it has left the queue.
function isAfter(row: TicketRow, last: TicketRow): boolean {
  return row.lastMessageAt <= last.lastMessageAt
}

/** Changes some tickets wherever they are shown; `change` answers null where the row must go. */
export function mapRows(
  pages: readonly ListPage[],
  numbers: ReadonlySet<number>,
  change: (row: TicketRow) => TicketRow | null,
): ListPage[] {
  return pages.map(page =>
    page.data.some(row => numbers.has(row.number))
      ? { ...page, data: page.data.flatMap(row => (numbers.has(row.number) ? (change(row) ?? []) : row)) }
      : page,
  )
}

/**
 * Puts a ticket that changed where it belongs in a list that begins with who waits longest; takes it out where it
 * no longer stands there. Where it belongs further down than is loaded, it comes with its page.
 */
export function withRow(pages: readonly ListPage[], row: TicketRow, isListed: boolean): ListPage[] {
  const without = mapRows(pages, new Set([row.number]), () => null)
  if (!isListed) return without
  const at = without.findIndex(page => page.data.some(other => comesBefore(row, other)))
  const isWhole = without.at(-1)?.nextCursor === null
  const target = at < 0 && isWhole ? without.length - 1 : at
  return without.map((page, place) => {
    if (place !== target) return page
    const before = page.data.filter(other => !comesBefore(row, other))
    return { ...page, data: [...before, row, ...page.data.slice(before.length)] }
  })
}

function comesBefore(row: TicketRow, other: TicketRow): boolean {
  if (row.waitingSince !== null && other.waitingSince !== null) return row.waitingSince < other.waitingSince
  if (row.waitingSince !== null || other.waitingSince !== null) return row.waitingSince !== null
  return row.lastMessageAt > other.lastMessageAt
}
