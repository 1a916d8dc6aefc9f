import { MAIL_KINDS, type MailKind } from '../shared/vocabulary.ts'

/** What a mail of one kind may do to the ticket it belongs to. Every kind is kept and shown. */
export type KindRule = {
  /** Such a mail opens a closed or waiting ticket again, and somebody waits for an answer from then on. */
  asksForAnswer: boolean
  /** Its sender is somebody one writes with: remembered as a customer, a participant, a recipient of replies. */
  hasCorrespondent: boolean
}

/** A new kind of mail is decided here first: nothing else says what kinds may do. */
export const KIND_RULES: Readonly<Record<MailKind, KindRule>> = {
  person: { asksForAnswer: true, hasCorrespondent: true },
  calendar: { asksForAnswer: true, hasCorrespondent: true },
  list: { asksForAnswer: true, hasCorrespondent: true },
  'auto-reply': { asksForAnswer: false, hasCorrespondent: true },
  receipt: { asksForAnswer: false, hasCorrespondent: true },
  bounce: { asksForAnswer: false, hasCorrespondent: false },
  complaint: { asksForAnswer: false, hasCorrespondent: false },
  own: { asksForAnswer: false, hasCorrespondent: false },
}

/** The kinds of mail after which somebody waits for an answer. */
export const ASKING_KINDS: readonly MailKind[] = MAIL_KINDS.filter(kind => KIND_RULES[kind].asksForAnswer)

/** The kinds of mail one can answer. */
export const ANSWERED_KINDS: readonly MailKind[] = MAIL_KINDS.filter(
  kind => KIND_RULES[kind].hasCorrespondent,
)
