import { findGaps } from '../../shared/template-variables.ts'
import type { Message } from '../../shared/tickets.ts'
import type { Draft } from './draft-store.ts'

/** What must come before words can be sent. */
export type Lack = 'words' | 'subject' | 'recipient' | 'variable' | 'upload' | 'forwarded'

/**
 * What a reply, note or forward lacks; undefined where it can be sent. A forward may say nothing itself, but goes to
 * somebody.
 */
export function lackOfReply(
  draft: Draft,
  facts: { to: readonly string[]; forwarded: Message | undefined; isUploading: boolean },
): Lack | undefined {
  const { mode, text } = draft
  if (mode !== 'forward' && text.trim() === '') return 'words'
  if (mode === 'note') return undefined
  if (findGaps(text).length > 0) return 'variable'
  if (mode === 'forward' && facts.forwarded === undefined) return 'forwarded'
  if ((mode === 'forward' ? (draft.to ?? []) : facts.to).length === 0) return 'recipient'
  return facts.isUploading ? 'upload' : undefined
}

/** What a mail that begins a ticket lacks. */
export function lackOfNewMail(
  draft: Draft,
  { subject, isUploading }: { subject: string; isUploading: boolean },
): Lack | undefined {
  if ((draft.to ?? []).length === 0) return 'recipient'
  if (subject.trim() === '') return 'subject'
  if (draft.text.trim() === '') return 'words'
  if (findGaps(draft.text).length > 0) return 'variable'
  return isUploading ? 'upload' : undefined
}
