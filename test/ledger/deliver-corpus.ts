import type { CorpusMail } from '../support/corpus.ts'
import type { Dovecot } from '../support/dovecot.ts'

/** A mail LMTP would not take, with its words. */
export type RefusedMail = { name: string; reason: string }

/** Delivers each mail once to all of `to` by LMTP, in order, one connection each: a refused one concerns no other. */
export async function deliverCorpus(
  dovecot: Pick<Dovecot, 'deliver'>,
  mails: readonly CorpusMail[],
  to: readonly string[],
): Promise<RefusedMail[]> {
  const refused: RefusedMail[] = []
  for (const mail of mails) {
    const raw = await mail.read()
    const reason = await dovecot.deliver(raw, [...to]).then(
      () => undefined,
      (error: Error) => error.message,
    )
    if (reason !== undefined) refused.push({ name: mail.name, reason })
  }
  return refused
}
