/** Which tickets of a list are selected, and from which row a stretch is drawn. */
export type Selection = { numbers: ReadonlySet<number>; anchor: number | undefined }

/** Nothing is selected. */
export const NO_SELECTION: Selection = { numbers: new Set(), anchor: undefined }

/** Selects a ticket, or no longer; the next stretch begins there. */
export function toggled({ numbers }: Selection, number: number): Selection {
  const next = new Set(numbers)
  if (!next.delete(number)) next.add(number)
  return { numbers: next, anchor: number }
}

/** Selects every row from the anchor to this one, besides what is selected already. */
export function extended(selection: Selection, order: readonly number[], number: number): Selection {
  const to = order.indexOf(number)
  const from = order.indexOf(selection.anchor ?? number)
  const [first, last] = from < 0 || from > to ? [to, from < 0 ? to : from] : [from, to]
  return {
    numbers: new Set([...selection.numbers, ...order.slice(first, last + 1)]),
    anchor: selection.anchor ?? number,
  }
}

/** The ids an API call may name at once. */
export const SELECTION_LIMIT = 1000

/** All of these, as many as one action may be of. */
export function allOf(order: readonly number[]): Selection {
  return { numbers: new Set(order.slice(0, SELECTION_LIMIT)), anchor: order[0] }
}
