import { cleanLine } from './clean-line.ts'
import { isForwardSubject } from './forward-subject.ts'
import type { ParsedMail } from './mail-types.ts'
import { type Fold, splitReply } from './split-reply.ts'
import type { SplitEvidence } from './tagged-lines.ts'

const ANSWER = /^\s{0,5}\p{L}{1,5}(?:\[\d{1,3}\]|\(\d{1,3}\))?\s{0,3}[:：]/u

const SNIPPET_CHARS = 200

/** What of a mail's text is folded, and what that leaves to see. */
export type FoldedText = { folds: Fold[]; visibleText: string; snippet: string }

type MailToSplit = Pick<ParsedMail, 'subject' | 'inReplyTo' | 'references' | 'quoteMarks' | 'text'>

/**
 * Splits the text of a mail with all that speaks for it: its HTML's marks, whether it answers or hands
 * on another mail, and the texts written before it, where they are known. The snippet is the first
 * 200 characters of its writer's own words on one line.
 */
export function splitMail(
  mail: MailToSplit,
  before: Pick<SplitEvidence, 'known' | 'older'> = {},
): FoldedText & { ownText: string } {
  const { folds, visibleText, ownText } = splitReply(mail.text, { ...evidenceOf(mail), ...before })
  return { folds, visibleText, ownText, snippet: cleanLine(ownText, SNIPPET_CHARS) }
}

function evidenceOf(mail: MailToSplit): SplitEvidence {
  const subject = mail.subject.slice(0, 60)
  const isForward = isForwardSubject(subject)
  const isAnswer = mail.inReplyTo.length + mail.references.length > 0 || ANSWER.test(subject)
  return { marks: mail.quoteMarks, isForward, isFirst: !isAnswer || isForward }
}
