import { cleanLine } from '../mail/clean-line.ts'
import { decodeHeaderText } from '../mail/encoded-words.ts'
import { allValues, firstValue, type HeaderField, readHeaderFields } from '../mail/header-fields.ts'
import { listMessageIds } from '../mail/message-id.ts'
import { answerThreadIndex } from '../mail/thread-index.ts'

/** What ties an answer to the mail it answers; ids canonical, `references` oldest first. */
export type ThreadLinks = {
  inReplyTo: string | null
  references: string[]
  /** For Outlook and Exchange, where the answered mail has them. */
  threadIndex: string | null
  threadTopic: string | null
}

/** The links of a mail that answers none. */
export const NO_LINKS: ThreadLinks = { inReplyTo: null, references: [], threadIndex: null, threadTopic: null }

/**
 * In-Reply-To is the answered mail's id, References are its own plus that id (RFC 5322 §3.6.4); where it
 * has none, its In-Reply-To if that names one mail. `writeMail` keeps the first ten and the last ten. Thread-Index
 * and Thread-Topic go on as Outlook would write them.
 *
 * @param answered the raw mail (only its header block is read) and its canonical Message-ID
 * @param at when the answer is dated; where it is left out, Outlook sorts the answer beside the first mail
 */
export function threadLinks(
  answered: { raw: Buffer; internetMessageId: string | null },
  at?: Date,
): ThreadLinks {
  const { raw, internetMessageId } = answered
  const { fields } = readHeaderFields(raw, 0, raw.length)
  const idsOf = (name: string) => listMessageIds(allValues(fields, name).join(' ')).ids
  const references = idsOf('references')
  const inReplyTo = idsOf('in-reply-to')
  const ancestors = references.length > 0 || inReplyTo.length !== 1 ? references : inReplyTo
  const outlook = outlookLinks(fields, at)
  if (internetMessageId === null) return { ...outlook, inReplyTo: null, references: ancestors }
  const before = ancestors.filter(id => id !== internetMessageId)
  return { ...outlook, inReplyTo: internetMessageId, references: [...before, internetMessageId] }
}

const maxTopicChars = 255 // PidTagConversationTopic, as Exchange keeps it

function outlookLinks(
  fields: HeaderField[],
  at: Date | undefined,
): Pick<ThreadLinks, 'threadIndex' | 'threadTopic'> {
  const threadIndex = answerThreadIndex(firstValue(fields, 'thread-index'), at)
  const topic = firstValue(fields, 'thread-topic')
  if (threadIndex === null || topic === undefined) return { threadIndex, threadTopic: null }
  return { threadIndex, threadTopic: cleanLine(decodeHeaderText(topic, 'utf-8'), maxTopicChars) || null }
}
