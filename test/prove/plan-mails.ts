import { type MailParts, rawMail } from '../support/mails.ts'

/** One mail to hand to the mail server, for every mailbox of `mailboxes`. */
export type PlannedMail = {
  tag: string
  thread: string
  /** The thread of another customer whose mail it names. */
  names: string | null
  from: string
  mailboxes: string[]
  raw: Buffer
  /** LMTP writes its own Received on each copy; APPEND leaves the bytes as they are. */
  by: 'lmtp' | 'append'
  copies: number
}

/** A thread as its customer knows it: where it is, who writes, and the ids so far, oldest first. */
type Thread = { name: string; from: string; mailboxes: string[]; ids: string[] }

const answerShare = 0.4
const loudEach = 60 // every so many mails, the one customer writes who opens a ticket again and again

/**
 * A source of mails as programs send them, by the seed: new matters, answers that name the chain, the same mail twice, a
 * Message-ID used again by a stranger, none at all, one mail to both addresses, a stranger who names another's thread,
 * and mails that are hard to read.
 */
export function planMails(mailboxes: readonly string[], random: () => number): { next: () => PlannedMail } {
  const threads: Thread[] = []
  let count = 0
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)]
  const open = (both: boolean): Thread => {
    const isLoud = count % loudEach === loudEach - 1
    return {
      name: `[t-${count}]`,
      from: isLoud ? 'loud@customer.test' : `c${count}@customer.test`,
      mailboxes: both ? [...mailboxes] : [pick(mailboxes) ?? ''],
      ids: [],
    }
  }
  return {
    next: () => {
      count += 1
      const chance = random()
      const answered = chance < answerShare ? pick(threads) : undefined
      if (answered) return write(count, answered, kindOf(random()))
      const kind = kindOf(random())
      const thread = open(kind === 'two addresses')
      const other = pick(threads)
      const isForeign = kind === 'reused id' || kind === 'intruder'
      const mail = write(count, thread, kind, isForeign ? other : undefined)
      // What names another's mail is nobody's next answer: whom it answers is what is asked here.
      if (!isForeign && thread.ids.length > 0) threads.push(thread)
      return mail
    },
  }
}

type Kind = 'plain' | 'copy' | 'two addresses' | 'no id' | 'no id twice' | 'reused id' | 'intruder' | 'hard'

function kindOf(chance: number): Kind {
  const kinds: [Kind, number][] = [
    ['copy', 0.03],
    ['two addresses', 0.04],
    ['no id', 0.02],
    ['no id twice', 0.01],
    ['reused id', 0.02],
    ['intruder', 0.03],
    ['hard', 0.03],
  ]
  let sum = 0
  for (const [kind, share] of kinds) {
    sum += share
    if (chance < sum) return kind
  }
  return 'plain'
}

function write(n: number, thread: Thread, kind: Kind, other?: Thread): PlannedMail {
  const tag = `[m-${n}]`
  const id = `m${n}@customer.test`
  const isNameless = kind === 'no id' || kind === 'no id twice'
  const foreignId = other?.ids.at(-1)
  const named = (kind === 'intruder' ? other?.ids.slice(-1) : undefined) ?? thread.ids.slice(-20)
  const parts: MailParts = {
    from: `Customer ${thread.name.slice(1, -1)} <${thread.from}>`,
    to: thread.mailboxes.join(', '),
    subject: `${named.length > 0 ? 'Re: ' : ''}Order ${thread.name}`,
    messageId: isNameless ? null : ((kind === 'reused id' ? foreignId : undefined) ?? id),
    ...chainOf(named),
    text: `${tag} ${thread.name}\r\n\r\nWhere is my parcel?\r\n`,
    ...(kind === 'hard' ? hardParts(n, `${tag} ${thread.name}`) : {}),
  }
  if (!isNameless) thread.ids.push(id)
  const { name, from, mailboxes } = thread
  return {
    tag,
    thread: name,
    names: other?.name ?? null,
    from,
    mailboxes,
    raw: rawMail(parts),
    ...wayOf(kind),
  }
}

function wayOf(kind: Kind): Pick<PlannedMail, 'by' | 'copies'> {
  if (kind === 'no id twice') return { by: 'append', copies: 2 }
  return { by: 'lmtp', copies: kind === 'copy' ? 2 : 1 }
}

function chainOf(named: readonly string[]): MailParts {
  return named.length === 0 ? {} : { inReplyTo: named.at(-1), references: named }
}

/** What stops readers of mail: deep nesting of tags or parts, and a hundred thousand line ends. */
function hardParts(n: number, words: string): MailParts {
  if (n % 3 === 0) {
    const html = `<p>${words}</p>${'<div>'.repeat(3_000)}deep${'</div>'.repeat(3_000)}\r\n`
    return { contentType: 'text/html; charset=utf-8', text: html }
  }
  if (n % 3 === 1) return { text: `${words}\r\n${'\r\n'.repeat(20_000)}Where is it?\r\n` }
  return nestedParts(words)
}

function nestedParts(words: string): MailParts {
  let body = `Content-Type: text/plain; charset=utf-8\r\n\r\n${words}\r\n`
  for (let depth = 30; depth > 0; depth -= 1) {
    const boundary = `level-${depth}`
    body = `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n--${boundary}\r\n${body}\r\n--${boundary}--\r\n`
  }
  return {
    contentType: 'multipart/mixed; boundary="top"',
    text: `--top\r\n${body}\r\n--top--\r\n`,
  }
}
