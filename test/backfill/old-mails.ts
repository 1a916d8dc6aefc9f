import { chown, mkdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WORD_STOCK, writeText } from '../bench/word-stock.ts'
import type { Dovecot } from '../support/dovecot.ts'
import { rawMail, seededRandom } from '../support/mails.ts'
import { waitUntil } from '../support/wait-until.ts'

const dayMs = 86_400_000
const atOnce = 200
const letters = 2_000

/** Old mails over so many days. `open` are those of the last `openDays`. */
export type OldMails = { count: number; spanDays: number; openDays: number }

/**
 * Puts mails of two thousand letters into an INBOX as a server has them that is years old: straight into its Maildir, dated evenly over
 * the days up to now, by six hundred senders, one in three an answer to an earlier one.
 */
export async function plantOldMails(
  dovecot: Dovecot,
  address: string,
  { count, spanDays }: Pick<OldMails, 'count' | 'spanDays'>,
): Promise<void> {
  await dovecot.deliver(rawMail({ to: address, subject: 'first of all', from: 'old0@customer.test' }), [
    address,
  ])
  const deliveredAt = Date.now()
  const folder = join(dovecot.mailDir(address), 'cur')
  const { uid, gid } = await stat(join(dovecot.mailDir(address), 'new'))
  await mkdir(folder, { recursive: true })
  const random = seededRandom(1)
  const words = Array.from({ length: 50 }, () => writeText('en', letters, random))
  const now = Date.now()
  const plant = async (n: number) => {
    const at = new Date(now - (count - n) * ((spanDays * dayMs) / count))
    const path = join(folder, `${Math.floor(at.getTime() / 1000)}.M${n}.host:2,S`)
    await writeFile(path, oldMail(address, n, at, words[n % words.length] ?? ''))
    await utimes(path, at, at)
    await chown(path, uid, gid)
  }
  for (let n = 1; n < count; n += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, count - n) }, (_, i) => plant(n + i)))
  }
  // IMAP tells whole seconds: what came in the second of connecting is new mail.
  await waitUntil('a later second', () => secondOf(Date.now()) > secondOf(deliveredAt) || undefined)
}

const secondOf = (ms: number): number => Math.floor(ms / 1000)

function oldMail(to: string, n: number, at: Date, text: string): Buffer {
  const isAnswer = n % 3 === 0 && n > 10
  const sender = (isAnswer ? n - 7 : n) % 600
  return rawMail({
    from: `Customer ${sender} <old${sender}@customer.test>`,
    to,
    subject: `${isAnswer ? 'Re: ' : ''}${WORD_STOCK.en.subjects[n % WORD_STOCK.en.subjects.length]} ${isAnswer ? n - 7 : n}`,
    messageId: `old-${n}@customer.test`,
    ...(isAnswer && { inReplyTo: `old-${n - 7}@customer.test` }),
    date: at.toUTCString().replace('GMT', '+0000'),
    text: `${n}\r\n${text}`,
  })
}
