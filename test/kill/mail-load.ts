import { rawMail } from '../support/mails.ts'

/** One mail to deliver. `marker` stands in its text and in no other mail's, `thread` in every mail of its thread. */
export type LoadMail = { marker: string; thread: string; mailbox: string; raw: Buffer; isCopy: boolean }

const copiesEach = 50 // every so many mails, an earlier one comes once more
const answersShare = 0.4

/** What mail programs send in a day: new mails, answers that name the whole chain, and some mails twice. */
export function makeMails(
  load: { count: number; mailboxes: readonly string[] },
  random: () => number,
): LoadMail[] {
  const mails: LoadMail[] = []
  const threads: { name: string; mailbox: string; ids: string[] }[] = []
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)]
  for (let n = 0; n < load.count; n += 1) {
    const earlier = n % copiesEach === copiesEach - 1 ? pick(mails) : undefined
    if (earlier) {
      mails.push({ ...earlier, isCopy: true })
      continue
    }
    const answered = random() < answersShare ? pick(threads) : undefined
    const thread = answered ?? { name: `[t-${n}]`, mailbox: pick(load.mailboxes) ?? '', ids: [] }
    if (!answered) threads.push(thread)
    mails.push(makeMail(n, thread))
  }
  return mails
}

function makeMail(n: number, thread: { name: string; mailbox: string; ids: string[] }): LoadMail {
  const marker = `[m-${n}]`
  const messageId = `load.${n}@customer.test`
  const raw = rawMail({
    messageId,
    to: thread.mailbox,
    from: `Customer ${thread.name.slice(1, -1)} <${thread.name.slice(1, -1)}@customer.test>`,
    subject: `${thread.ids.length > 0 ? 'Re: ' : ''}Order ${thread.name}`,
    text: `${marker} ${thread.name}\r\n\r\nWhere is my parcel?\r\n`,
    inReplyTo: thread.ids.at(-1),
    references: thread.ids.length > 0 ? thread.ids.slice(-20) : undefined,
  })
  thread.ids.push(messageId)
  return { marker, thread: thread.name, mailbox: thread.mailbox, raw, isCopy: false }
}
