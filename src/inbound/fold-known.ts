import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Tx } from '../db/database.ts'
import type { ParsedMail } from '../mail/mail-types.ts'
import { type FoldedText, splitMail } from '../mail/split-mail.ts'
import { selectKnownTexts } from './filing.queries.ts'

// Two hundred kilobytes of plain text: what is longer keeps what its own marks say.
const MAX_TEXT_CHARS = 200_000
const KNOWN_MESSAGES = 6
const KNOWN_CHARS = 30_000

type KnownText = Awaited<ReturnType<typeof selectKnownTexts>>[number]

/**
 * Splits mails again with the mails before them at hand: what repeats a mail we sent is a quote even
 * without a mark, and words between such lines are an answer. Looks at the latest six messages of the
 * ticket and at earlier mails of the batch. Up to a tenth of a second a mail, in the process that answers
 * the browsers too: others have their turn after each.
 *
 * @param mails with the ticket each belongs to, in ledger order
 * @returns by place in `mails`; what the reader made of a mail that nothing is known before
 */
export async function foldKnown(
  tx: Tx,
  mails: readonly { mail: ParsedMail; ticketId: number; isFirst: boolean }[],
): Promise<FoldedText[]> {
  const ticketIds = new Set(mails.flatMap(one => (one.isFirst ? [] : [one.ticketId])))
  const rows = await selectKnownTexts(tx, [...ticketIds], { messages: KNOWN_MESSAGES, chars: KNOWN_CHARS })
  const known = Map.groupBy(rows, row => row.ticketId)
  const folded: FoldedText[] = []
  for (const { mail, ticketId } of mails) {
    const before = known.get(ticketId) ?? []
    const itself: KnownText = { ticketId, isOurs: false, text: mail.text.slice(0, KNOWN_CHARS) }
    known.set(ticketId, [...before.slice(1 - KNOWN_MESSAGES), itself])
    folded.push(splitWith(mail, before))
    if (before.length > 0) await nextTurn()
  }
  return folded
}

function splitWith(mail: ParsedMail, before: readonly KnownText[]): FoldedText {
  const isAlone = before.length === 0 || mail.text.length > MAX_TEXT_CHARS
  const textsOf = (isOurs: boolean) => before.filter(one => one.isOurs === isOurs).map(one => one.text)
  const split = isAlone ? mail : splitMail(mail, { known: textsOf(true), older: textsOf(false) })
  return { folds: split.folds, visibleText: split.visibleText, snippet: split.snippet }
}
