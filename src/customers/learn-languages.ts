import type { Tx } from '../db/database.ts'
import { updateLanguages } from './customers.queries.ts'

/** The language a customer wrote a mail in. `isOld` mail, found while old mail is fetched, overrules nothing. */
export type WrittenIn = { customerId: number; language: string; isOld: boolean }

/**
 * Remembers the language customers last wrote in, for templates and the composer. Of several mails of one
 * customer the last given counts.
 *
 * @param written mails whose language and sender are sure
 */
export async function learnLanguages(tx: Tx, written: readonly WrittenIn[]): Promise<void> {
  const byCustomer = new Map<number, WrittenIn>()
  for (const one of written) {
    if (!one.isOld || !byCustomer.has(one.customerId)) byCustomer.set(one.customerId, one)
  }
  if (byCustomer.size === 0) return
  await updateLanguages(
    tx,
    [...byCustomer.values()].map(one => ({
      id: one.customerId,
      language: one.language,
      is_old: one.isOld,
    })),
  )
}
