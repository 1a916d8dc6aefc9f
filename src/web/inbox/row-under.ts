/**
 * The row of a list that an event is about, and the number of its ticket; undefined beside the rows and at the head of
 * a table.
 */
export function rowUnder(target: EventTarget | null): { row: Element; number: number } | undefined {
  // Not instanceof: what the pointer is over may be of a frame.
  const row = target !== null && 'closest' in target ? (target as Element).closest('[role="row"]') : null
  const number = row?.querySelector<HTMLElement>('[data-number]')?.dataset.number
  return row === null || number === undefined ? undefined : { row, number: Number(number) }
}
