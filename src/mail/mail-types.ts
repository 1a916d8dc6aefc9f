import type { BounceReason, CalendarAnswer, CalendarMethod, MailKind } from '../shared/vocabulary.ts'
import type { CalendarTime } from './calendar-time.ts'
import type { TextMark } from './html-text.ts'
import type { SenderTrace } from './sender-trace.ts'
import type { Fold } from './split-reply.ts'

/** The version of everything that reads a mail. Raise it with any change of what is read. */
export const READER_VERSION = 3

/**
 * One mail address. `address` is a validated addr-spec, as in the mail but with a lower-case NFC
 * domain; `name` is decoded. Neither holds CR, LF, NUL or bidi controls.
 */
export type Address = { name: string | null; address: string }

/** One attached part; `index` is its number for `readAttachment` (unpack-parts.ts says what it counts). */
export type AttachmentInfo = {
  index: number
  /** Never empty, never a path, no control or bidi characters, at most 255 characters. */
  filename: string
  /** Lower-case `type/subtype` as the sender claims it: not to be trusted when serving. */
  contentType: string
  /** Decoded bytes. */
  sizeBytes: number
  /** Content-ID without `<>`, or null. */
  contentId: string | null
  /** The HTML shows it by its Content-ID. */
  isInline: boolean
  /**
   * Hardly what somebody meant to send: a small picture that stands in the text or its signature, a part that only
   * programs read, a container whose files are listed beside it.
   */
  isMinor: boolean
}

/** What a mail server did with one recipient of an earlier mail (RFC 3464 §2.3). */
export type ReportedRecipient = {
  /** Whom the server tried at last. */
  address: string
  /** Whom the mail was first sent to (Original-Recipient), where the report says so: after forwarding another. */
  originalAddress: string | null
  action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded'
  /** Enhanced status code such as `5.1.1` (RFC 3463); `''` when the report has none. */
  status: string
  /** The server's own words on one line, at most 1,000 characters; `''` when there are none. */
  diagnostic: string
  reason: BounceReason
}

/** A bounce or another delivery status notification, read. */
export type DeliveryReport = { recipients: ReportedRecipient[] }

/** The mail that a bounce, complaint or receipt speaks of, by what is returned of it; unverified. */
export type ReturnedMail = {
  /** Canonical. */
  internetMessageId: string | null
  /** X-Letterdesk-Ref as given. */
  letterdeskRef: string | null
}

/** A mail that somebody forwarded, by what their program says of it; unverified. */
export type ForwardedMail = {
  from: Address
  /** One line. */
  subject: string
}

/** Somebody of a calendar event; one of both is given. */
export type CalendarPerson = { name: string | null; address: string | null }

/** The first event of a mail's calendar part. Shown, never acted on. */
export type CalendarInvite = {
  method: CalendarMethod
  /** One line; `''` when it has none. */
  summary: string
  location: string | null
  start: CalendarTime | null
  /** A day of `end` is the first that is free again (RFC 5545 §3.6.1). */
  end: CalendarTime | null
  isRepeated: boolean
  isCancelled: boolean
  organizer: CalendarPerson | null
  /** At most 100. */
  attendees: (CalendarPerson & { answer: CalendarAnswer })[]
}

/** A signature or encryption that a mail, or a part of it, claims to have. It is not checked. */
export type Protection = {
  kind: 'signed' | 'encrypted'
  format: 'smime' | 'pgp'
  covers: 'all' | 'part'
}

/** Why a part of a mail could not be read as the standards say. Stable kebab-case words. */
export type MailDefect =
  | 'attachment-limit'
  | 'bad-date'
  | 'bad-from'
  | 'bad-message-id'
  | 'could-not-be-fully-parsed'
  /** A second reader reads another sender's address. */
  | 'doubtful-sender'
  | 'html-too-complex'
  | 'no-date'
  | 'no-from'
  | 'no-message-id'
  | 'nul-removed'
  | 'several-from'
  | 'several-message-id'
  | 'several-subject'
  | 'text-too-long'
  | 'too-many-recipients'
  | 'too-many-references'

/** A mail as values. Made by `parseMail`, which never throws on bad mail. */
export type ParsedMail = {
  /** READER_VERSION of the code that read it. */
  readerVersion: number
  /** Decoded, one line, at most 998 characters. */
  subject: string
  from: Address | null
  sender: Address | null
  replyTo: Address[]
  to: Address[]
  cc: Address[]
  /** The Date header as ISO 8601 in UTC: shown, never sorted by. */
  sentAt: string | null
  /** How far the writer's clock is from UTC by that header, in minutes to the east; null where it does not tell. */
  utcOffsetMinutes: number | null
  /** Canonical (message-id.ts). */
  internetMessageId: string | null
  /** Canonical ids. */
  inReplyTo: string[]
  /** Canonical ids, oldest first; the first 50 and the last 50 are kept. */
  references: string[]
  /** The whole plain text: from the text parts, else made from the HTML. No NUL, LF line ends. */
  text: string
  /** Clean HTML (clean-html.ts); null when the mail has none or it is over the limits. */
  html: string | null
  /** Lines of `text` that the HTML marks as quoted or signature. */
  quoteMarks: TextMark[]
  /** What of `text` is folded: quoted history and signatures (split-reply.ts). */
  folds: Fold[]
  /** The text without what is folded away; all of it when nothing would remain. */
  visibleText: string
  /** The first 200 characters of the writer's own words on one line. */
  snippet: string
  /** BCP 47 primary tag of the new words' language (detect-language.ts); null when nobody should be sure. */
  language: string | null
  attachments: AttachmentInfo[]
  calendar: CalendarInvite | null
  protections: Protection[]
  kind: MailKind
  /** The header or part that decided `kind`, such as `auto-submitted`; null for a person. */
  kindReason: string | null
  deliveryReport: DeliveryReport | null
  /** Only of a bounce, complaint or receipt. */
  returnedMail: ReturnedMail | null
  /** Only of a person's mail. */
  forwarded: ForwardedMail | null
  /** Bare addresses in To, Cc, Delivered-To, X-Original-To, Envelope-To: where reply tokens stand. */
  recipientAddresses: string[]
  /** X-Letterdesk-Ref as given, unverified. */
  letterdeskRef: string | null
  /** What the header claims about the mail's way, unverified. */
  trace: SenderTrace
  /** Hex SHA-256: equal for two instances of the same message in one mailbox (mail-key.ts). */
  mailKey: string
  /** Hex SHA-256: equal for copies of one mail in two mailboxes (mail-key.ts). */
  copyKey: string
  defects: MailDefect[]
}

/** A mail of ours before it is written (write-mail.ts). Every address is an object, never a string. */
export type OutgoingMail = {
  from: Address
  to: Address[]
  cc: Address[]
  replyTo: Address | null
  subject: string
  text: string
  html: string | null
  /** Canonical, without `<>`. */
  internetMessageId: string
  inReplyTo: string | null
  /** Oldest first. */
  references: string[]
  /** Thread-Index (thread-index.ts) and Thread-Topic: of an answer to a mail that has them. */
  threadIndex?: string | null
  threadTopic?: string | null
  /** The Date header: the moment the mail is due. */
  date: Date
  /** The value of X-Letterdesk-Ref (letterdesk-ref.ts); null only for mail that is not the desk's own. */
  letterdeskRef: string | null
  headers?: {
    /** Auto-Submitted (RFC 3834 §5); with it come the fields that ask other robots not to answer. */
    autoSubmitted?: 'auto-replied' | 'auto-generated'
    /** Content-Language (RFC 3282 §2): of mails whose words are ours. */
    language?: string
  }
  attachments: OutgoingAttachment[]
}

/**
 * One file of an outgoing mail: bytes only, never a path or a URL. One with a Content-ID stands in the HTML,
 * which names it as `cid:` (RFC 2392 §2).
 */
export type OutgoingAttachment = {
  filename: string
  contentType: string
  bytes: Buffer
  contentId?: string | null
}
