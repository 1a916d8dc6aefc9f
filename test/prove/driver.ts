import type { Dovecot } from '../support/dovecot.ts'
import type { ServerMail } from '../support/raw-imap.ts'
import { type Delivered, tagsIn } from './history.ts'
import type { PlannedMail } from './plan-mails.ts'

/** What hands mail to the mail server, and everything else that is done to it, one at a time. */
export type Driver = {
  deliveries: Delivered[]
  /** Hands it over and writes it down once the server has said yes. */
  deliver: (mail: PlannedMail) => Promise<void>
  /** Does something to the server while no mail is under way to it: what it has taken is then known. */
  exclusively: <Done>(work: () => Promise<Done>) => Promise<Done>
  /** The mails of INBOX with what was written down of them. */
  readInbox: (mailbox: string) => Promise<{ uid: number; raw: Buffer; delivered: Delivered }[]>
}

/** Starts with nothing delivered. */
export function startDriver(dovecot: Dovecot): Driver {
  const deliveries: Delivered[] = []
  let last: Promise<unknown> = Promise.resolve()
  const exclusively = <Done>(work: () => Promise<Done>): Promise<Done> => {
    const done = last.then(work)
    last = done.catch(() => undefined) // heard by whoever asked for it; the next one goes on all the same
    return done
  }
  return {
    deliveries,
    exclusively,
    deliver: mail =>
      exclusively(async () => {
        for (let copy = 0; copy < mail.copies; copy += 1) await handOver(dovecot, mail)
        for (const mailbox of mail.mailboxes) deliveries.push(writtenDown(mail, mailbox))
      }),
    readInbox: async mailbox => {
      const mails = await dovecot.readFolder(mailbox)
      return mails.flatMap(mail => recognise(deliveries, mailbox, mail))
    },
  }
}

async function handOver(dovecot: Dovecot, mail: PlannedMail): Promise<void> {
  if (mail.by === 'lmtp') return await dovecot.deliver(mail.raw, mail.mailboxes)
  for (const mailbox of mail.mailboxes) await dovecot.append(mailbox, 'INBOX', mail.raw)
}

function writtenDown(mail: PlannedMail, mailbox: string): Delivered {
  const { tag, thread, names, from, raw, copies } = mail
  const takenMs = performance.now()
  return { tag, thread, names, mailbox, from, raw, copies, takenMs, fate: 'kept', wasTaken: false }
}

function recognise(deliveries: readonly Delivered[], mailbox: string, { uid, raw }: ServerMail) {
  const [tag] = tagsIn(raw.toString('latin1'), 'm')
  const delivered = deliveries.find(one => one.tag === tag && one.mailbox === mailbox)
  return delivered ? [{ uid, raw, delivered }] : []
}
