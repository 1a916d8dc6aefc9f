import type { Tx } from '../db/database.ts'
import { updateHabits } from './customers.queries.ts'

/**
 * What a mail says of the customer who wrote it: the language, and how many minutes east of UTC their clock is; null
 * where it does not tell. `isOld` mail, found while old mail is fetched, overrules nothing.
 */
export type Heard = {
  customerId: number
  language: string | null
  utcOffsetMinutes: number | null
  isOld: boolean
}

/**
 * Remembers the language customers last wrote in, for templates and the composer, and what their clock says. Of several
 * mails of one customer the last given counts.
 *
 * @param heard of mails whose sender is sure
 */
export async function learnHabits(tx: Tx, heard: readonly Heard[]): Promise<void> {
  const languages = lastOf(heard.filter(one => one.language !== null))
  const offsets = lastOf(heard.filter(one => one.utcOffsetMinutes !== null))
  const ids = [...new Set([...languages.keys(), ...offsets.keys()])]
  if (ids.length === 0) return
  await updateHabits(
    tx,
    ids.map(id => ({
      id,
      language: languages.get(id)?.language ?? null,
      is_old_language: languages.get(id)?.isOld ?? false,
      utc_offset_minutes: offsets.get(id)?.utcOffsetMinutes ?? null,
      is_old_offset: offsets.get(id)?.isOld ?? false,
    })),
  )
}

function lastOf(heard: readonly Heard[]): Map<number, Heard> {
  const byCustomer = new Map<number, Heard>()
  for (const one of heard) {
    if (!one.isOld || !byCustomer.has(one.customerId)) byCustomer.set(one.customerId, one)
  }
  return byCustomer
}
