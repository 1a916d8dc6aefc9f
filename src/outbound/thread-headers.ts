import { allValues, readHeaderFields } from '../mail/header-fields.ts'
import { listMessageIds } from '../mail/message-id.ts'

/** What ties an answer to the mail it answers; ids canonical, `references` oldest first. */
export type ThreadLinks = { inReplyTo: string | null; references: string[] }

/**
 * In-Reply-To is the answered mail's id, References are its own plus that id (RFC 5322 §3.6.4); where it
 * has none, its In-Reply-To if that names one mail. `writeMail` keeps the first ten and the last ten.
 *
 * @param answered the raw mail (only its header block is read) and its canonical Message-ID
 */
export function threadLinks(answered: { raw: Buffer; internetMessageId: string | null }): ThreadLinks {
  const { raw, internetMessageId } = answered
  const { fields } = readHeaderFields(raw, 0, raw.length)
  const idsOf = (name: string) => listMessageIds(allValues(fields, name).join(' ')).ids
  const references = idsOf('references')
  const inReplyTo = idsOf('in-reply-to')
  const ancestors = references.length > 0 || inReplyTo.length !== 1 ? references : inReplyTo
  if (internetMessageId === null) return { inReplyTo: null, references: ancestors }
  const before = ancestors.filter(id => id !== internetMessageId)
  return { inReplyTo: internetMessageId, references: [...before, internetMessageId] }
}
