import type { ParsedMail } from './mail-types.ts'
import type { SplitEvidence } from './tagged-lines.ts'

// Fwd, and how programs say it in de, fr, es, it, pt, pl, nl, sv, fi, tr, cs, bg, ru, hu, el, zh.
const FORWARD =
  /^\s{0,5}(?:fwd?|wg|tr|rv|i|enc|pd|doorst|vb|vs|vl|i̇lt|ilt|ynt|p[rř]epos\p{L}*|пр|препр\p{L}*|пересл\p{L}*|перенапр\p{L}*|tov\p{L}*|πρθ|προωθ\p{L}*|转发|轉寄|fwd?\[\d{1,3}\])\s{0,3}[:：]/iu
const ANSWER = /^\s{0,5}\p{L}{1,5}(?:\[\d{1,3}\]|\(\d{1,3}\))?\s{0,3}[:：]/u

/** What a mail says about itself that helps to split it: its marks, and whether it answers or hands on another mail. */
export function splitEvidence(
  mail: Pick<ParsedMail, 'subject' | 'inReplyTo' | 'references' | 'quoteMarks'>,
): SplitEvidence {
  const subject = mail.subject.slice(0, 60)
  const isForward = FORWARD.test(subject)
  const isAnswer = mail.inReplyTo.length + mail.references.length > 0 || ANSWER.test(subject)
  return { marks: mail.quoteMarks, isForward, isFirst: !isAnswer || isForward }
}
