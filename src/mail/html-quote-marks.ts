/**
 * What an element of a mail's HTML is by the mail program that made it:
 * `quote` all in it is quoted · `intro` introduces a quote · `rest` quoted from here to the end ·
 * `header` perhaps the header block of a quoted mail · `format` a quote the writer made or a program
 * marked, quoted only below an introduction · `forward` a forwarded mail · `signature`.
 */
export type QuoteMark = (typeof QUOTE_MARKS)[number]
export const QUOTE_MARKS = ['quote', 'intro', 'rest', 'header', 'format', 'forward', 'signature'] as const

/** Where clean HTML carries the mark; a stranger's own is dropped. */
export const QUOTE_MARK_ATTRIBUTE = 'data-quote-mark'

const BY_CLASS = new Map<string, QuoteMark>(
  Object.entries({
    quote: [
      'yahoo_quoted',
      'protonmail_quote',
      'freshdesk_quote',
      'front-blockquote',
      'zmail_extra',
      'tutanota_quote',
      'mail-quote-collapse',
      'hs_reply',
      'intercom-quote',
      'zendesk_quote',
      'mb_quote',
      'moz-quote',
      'edo-quote',
      'gmail_quote_original',
      'ydp-quoted',
      'yqt',
      'history_container',
      'skiff_quote',
      'mailmate_quote',
      'email_quote',
    ],
    intro: ['gmail_attr', 'moz-cite-prefix', 'reply-intro', 'gmail_quote_attribution'],
    rest: ['outlookmessageheader', 'ms-outlook-mobile-reference-message'],
    forward: ['moz-forward-container', 'moz-email-headers-table'],
    signature: [
      'gmail_signature',
      'gmail_signature_prefix',
      'moz-signature',
      'protonmail_signature_block-user',
      'front-signature',
      'ms-outlook-ios-signature',
      'zimbra-signature',
      'mb_sig',
      'sh-signature',
      'protonmail_signature_block',
    ],
  }).flatMap(([mark, names]) => names.map(name => [name, mark as QuoteMark] as const)),
)
const BY_ID = new Map<string, QuoteMark>(
  Object.entries({
    quote: [
      'mail-app-auto-quote',
      'isreplycontent',
      'reply139content',
      'origbody',
      'yahoo_quoted',
      'zmail_extra',
      'edo-original',
    ],
    intro: ['reply-intro'],
    rest: [
      'divrplyfwdmsg',
      'appendonsend',
      'zwchr',
      'stopspelling',
      'olk_src_body_section',
      'mail-editor-reference-message-container',
      'replysplit',
    ],
    forward: ['isforwardcontent'],
    signature: [
      'signature',
      'ms-outlook-mobile-signature',
      'ms-outlook-ios-signature',
      'applemailsignature',
      'composer_signature',
      '_rc_sig',
      'signature_old',
    ],
  }).flatMap(([mark, names]) => names.map(name => [name, mark as QuoteMark] as const)),
)
const BY_DATA = new Map<string, QuoteMark>([
  ['__divider__', 'rest'],
  ['__headers__', 'rest'],
  ['__quoted_text__', 'quote'],
  ['__sig_pre__', 'signature'],
  ['__sig_post__', 'signature'],
])
// Outlook draws this line above the header block of the mail it quotes, in greys and blues of its versions.
const HEADER_LINE = /border-top(?:-style)?\s{0,3}:[^;]{0,60}solid/i

type Attributes = Readonly<Record<string, string>>

/**
 * Reads a mail program's own mark of quoted text from the class, id or type of an element, before
 * cleaning drops them. Bounded: looks at the first names only.
 */
export function quoteMarkOf(tagName: string, attribs: Attributes): QuoteMark | undefined {
  const { id = '' } = attribs
  const named =
    byNames(attribs.class ?? '') ??
    BY_ID.get(
      id
        .slice(0, 60)
        .toLowerCase()
        .replace(/_\d{1,20}$/, ''),
    ) ??
    BY_DATA.get((attribs['data-marker'] ?? '').slice(0, 40).toLowerCase())
  if (named !== undefined) return named
  const byName = markOfName(tagName, attribs)
  if (byName !== undefined) return byName
  if (tagName === 'blockquote') return markOfBlockquote(attribs)
  if (tagName === 'div' && HEADER_LINE.test((attribs.style ?? '').slice(0, 300))) return 'header'
  return undefined
}

/** Spark, mail.ru, GMX and WEB.DE. */
function markOfName(tagName: string, attribs: Attributes): QuoteMark | undefined {
  const { name } = attribs
  if (name === 'messageReplySection' || (name === 'quote' && tagName === 'div')) return 'quote'
  const isSignature = name === 'messageSignatureSection' || attribs['data-signature-widget'] !== undefined
  return isSignature ? 'signature' : undefined
}

function byNames(classes: string): QuoteMark | undefined {
  for (const name of classes.slice(0, 300).toLowerCase().split(/\s+/, 8)) {
    const mark = BY_CLASS.get(name)
    if (mark !== undefined) return mark
  }
  return undefined
}

// Gmail gives the same class to what its writer formats as a quote.
function markOfBlockquote(attribs: Attributes): QuoteMark | undefined {
  if (attribs.type?.toLowerCase() === 'cite' || attribs.cite?.toLowerCase().startsWith('mid:')) return 'quote'
  return /(?:^|\s)gmail_quote(?:\s|$)/.test((attribs.class ?? '').slice(0, 300)) ? 'format' : undefined
}
