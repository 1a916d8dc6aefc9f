import type { FolderRole, MailRole } from '../shared/vocabulary.ts'

/** What a mail is to us by its labels: `role` null is that of its folder, `ignored` says why it is no mail at all. */
export type LabelRole = { role: MailRole | null; ignored: NotMail | null }

type NotMail = 'draft' | 'in-trash' | 'chat'

// As Gmail names them in X-GM-LABELS; chats are of the time before 2017.
const NO_MAIL: ReadonlyMap<string, NotMail> = new Map([
  ['\\draft', 'draft'],
  ['\\drafts', 'draft'],
  ['\\trash', 'in-trash'],
  ['\\chat', 'chat'],
  ['\\chats', 'chat'],
  ['[gmail]/chats', 'chat'],
  ['[google mail]/chats', 'chat'],
])

/**
 * Reads Gmail's labels of a mail, which leave out the folder that is open: there a mail lies in many folders at once, and
 * All Mail holds them all. What has neither label of Inbox nor of Sent is a customer's mail that a filter archived.
 *
 * @param labels null where the server has none: the folder alone says it
 * @see developers.google.com/workspace/gmail/imap/imap-extensions
 */
export function roleByLabels(folderRole: FolderRole, labels: ReadonlySet<string> | null): LabelRole {
  if (labels === null) return { role: null, ignored: null }
  const names = new Set([...labels].map(label => label.toLowerCase()))
  const ignored = [...names].map(name => NO_MAIL.get(name)).find(reason => reason !== undefined)
  if (ignored !== undefined) return { role: null, ignored }
  const isSent = folderRole === 'sent' || names.has('\\sent')
  const hasCome = folderRole === 'inbox' || names.has('\\inbox')
  if (isSent) return { role: hasCome ? 'self' : 'sent', ignored: null }
  return { role: names.has('\\spam') ? 'junk' : null, ignored: null }
}
