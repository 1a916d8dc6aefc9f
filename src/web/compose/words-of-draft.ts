import type { Draft } from './draft-store.ts'

/** What a request says of a draft's words: of words with looks the HTML alone, since the server makes the text. */
export function wordsOfDraft({ text, html }: Draft): { text: string } | { html: string } {
  return html === null ? { text } : { html }
}
