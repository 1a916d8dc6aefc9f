import type { Dovecot } from '../support/dovecot.ts'
import type { Accepted } from '../support/sink-log.ts'
import type { SmtpSink } from '../support/smtp-sink.ts'
import type { Responder } from './responders.ts'

/** Carries what desks send on its way, until stopped. */
export type PostOffice = {
  /** What responders wrote so far, by the name of their kind. */
  answers: (kind: string) => number
  /** All that was carried; a test waits until this stands still. */
  carried: () => number
  stop: () => Promise<void>
}

const answersEach = 12 // a loop that nobody ends is ended here, and counted as the failure it is

/**
 * Takes every mail the sink accepted to whom it is for: to a responder, which answers at once, or by
 * LMTP to a mailbox of Dovecot. `change` is a gateway on the way.
 */
export function openPostOffice(parts: {
  sink: SmtpSink
  dovecot: Dovecot
  responders?: readonly Responder[]
  change?: (raw: string) => string
}): PostOffice {
  const { sink, dovecot, responders = [], change = raw => raw } = parts
  const answered = new Map<string, number>()
  let next = 0
  let isOpen = true
  const work = (async () => {
    while (isOpen) {
      const mail = sink.accepted[next]
      // time passes: the sink has no bell for whoever carries all of its mail
      if (mail === undefined) await new Promise(resolve => setTimeout(resolve, 20))
      else {
        next++
        await carry(mail)
      }
    }
  })()

  async function carry(mail: Accepted): Promise<void> {
    const raw = change(mail.raw.toString('latin1'))
    for (const address of mail.to) {
      const responder = responders.find(one => one.isFor(address))
      if (responder === undefined)
        await dovecot.deliver(Buffer.from(raw, 'latin1'), [boxOf(address)], { from: mail.from })
      else await respond(responder, { raw, address })
    }
  }

  async function respond(responder: Responder, mail: { raw: string; address: string }): Promise<void> {
    const count = answered.get(responder.kind) ?? 0
    answered.set(responder.kind, count + 1)
    if (count >= answersEach) return
    const { raw, sender } = responder.answer({ ...mail, round: count + 1 })
    await dovecot.deliver(raw, [DESK], { from: sender })
  }

  return {
    answers: kind => answered.get(kind) ?? 0,
    carried: () => next,
    stop: async () => {
      isOpen = false
      await work
    },
  }
}

/** As on most servers, an address with a +tag is the mailbox without it. */
const boxOf = (address: string): string => address.replace(/\+[^@]*@/, '@')

/** The mailbox the responders write to. */
export const DESK = 'support@desk.test'
