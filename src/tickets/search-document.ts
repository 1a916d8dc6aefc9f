import type { SearchDocument } from '../search/search-words.ts'
import type { SearchSource } from './search-index.queries.ts'

/** What is stored of a message or note, as search reads it. Whose mail an agent forwarded is who it is from, too. */
export function searchDocument(source: SearchSource): SearchDocument {
  const forwarded = source.forwardedAddress
  const ofMail = source.direction === 'outbound' ? 'sent' : 'received'
  return {
    kind: source.noteId === null ? ofMail : 'note',
    mailboxId: source.mailboxId,
    language: source.language,
    subject: source.subject,
    text: source.text,
    from: [
      ...(source.fromAddress === null ? [] : [{ name: source.fromName, address: source.fromAddress }]),
      ...(forwarded === null ? [] : [{ name: source.forwardedName, address: forwarded }]),
    ],
    to: [...source.to, ...source.cc, ...source.bcc].map(({ name, address }) => ({
      name: name ?? null,
      address,
    })),
    files: source.files,
    fields: source.fields,
  }
}
