/**
 * A value of a template that has HTML of its own: shown as it is in HTML, as text elsewhere. Whoever makes one answers
 * for the HTML: it comes from the writer of rich words (mail/write-rich-words.ts) or out of a template of ours that
 * escaped what is in it (outbound/digest-words.ts), from nowhere else. A class, so that no value read from JSON can
 * pass for one.
 */
export class RichText {
  readonly text: string
  readonly html: string

  constructor(text: string, html: string) {
    this.text = text
    this.html = html
  }
}
