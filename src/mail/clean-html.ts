import sanitizeHtml from 'sanitize-html'
import { linkTarget } from '../shared/link-target.ts'
import { cleanStyle } from './clean-style.ts'
import { countTags } from './count-tags.ts'
import { QUOTE_MARK_ATTRIBUTE, quoteMarkOf } from './html-quote-marks.ts'
import type { FindPicture } from './picture-places.ts'

/** The version of the rules below. Stored HTML of another version is made anew, never served. */
export const CLEAN_HTML_VERSION = 2

// 12 ms a 100 kB were measured: 1 MB is a small part of the 2 s of CPU that a mail may cost (inbound/mail-reader.ts).
const MAX_CHARS = 1_000_000
const MAX_TAGS = 40_000
const MAX_DEPTH = 100
const MAX_OPEN = 5_000
const MAX_URL_CHARS = 4_000

const TAGS = `a abbr acronym address article aside b bdi big blockquote br caption center cite code
  col colgroup dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i
  img ins kbd li main mark nav ol p pre q s samp section small span strike strong sub summary sup table
  tbody td tfoot th thead time tr tt u ul var wbr`.split(/\s+/)

const ENDS_BY_ITSELF = new Set(
  'area base br col dd dt embed hr img input li link meta option p param source td th tr wbr'.split(' '),
)

// Elements whose text is no text of the mail. Of all others without permission only the tags go.
const DROPPED_WITH_CONTENT = `script style title textarea option xmp noembed noframes noscript iframe
  template object applet select`.split(/\s+/)

const LOOKS = [
  'align',
  'bgcolor',
  'color',
  'dir',
  'height',
  'lang',
  'style',
  'title',
  'valign',
  'width',
  QUOTE_MARK_ATTRIBUTE,
]

// Of five digits they are nothing but a burden for whoever lays the mail out.
const MEASURES = ['border', 'cellpadding', 'cellspacing', 'colspan', 'height', 'rowspan', 'span', 'width']

/** What one mail's HTML may still cost: all its parts draw on one budget. */
export type CleanBudget = { chars: number; tags: number }

/** The limits of one mail: 1 MB and 40,000 tags. */
export function newCleanBudget(): CleanBudget {
  return { chars: MAX_CHARS, tags: MAX_TAGS }
}

/**
 * What of a stranger's HTML may reach an agent's browser, or null when it is over the
 * budget: show the text then. Linear in its length.
 *
 * No scripts, styles sheets, forms, SVG, MathML, ids, names, classes or event handlers. Links lead
 * to http, https and mailto only, in a new window without referrer. Nothing loads by itself: a
 * remote picture's address moves to `data-remote-src`; `cid:` pictures keep `src="cid:…"` for the
 * API to rewrite; small `data:` raster pictures stay. Below 100 levels tags go, text stays; over 5,000 open
 * elements all of it is over the budget.
 *
 * Cleaning is one wall of three: the page shows it in a sandboxed frame under its own policy.
 *
 * @param budget is drawn on by what is cleaned; without it the limits of one mail
 * @param findPicture knows the pictures that came with the mail by their address
 */
export function cleanHtml(
  html: string,
  budget = newCleanBudget(),
  findPicture: FindPicture = () => undefined,
): string | null {
  if (html.length > budget.chars) return null
  const tags = countTags(html, MAX_TAGS)
  if (tags > budget.tags || (tags > MAX_OPEN && isTooDeep(html))) return null
  budget.chars -= html.length
  budget.tags -= tags
  return sanitizeHtml(html.replaceAll('\u0000', '\ufffd'), {
    allowedTags: TAGS,
    nonTextTags: DROPPED_WITH_CONTENT,
    disallowedTagsMode: 'discard',
    allowedAttributes: {
      '*': LOOKS,
      a: [...LOOKS, 'href', 'rel', 'target'],
      img: [...LOOKS, 'src', 'alt', 'border', 'data-remote-src'],
      td: [...LOOKS, 'colspan', 'rowspan', 'nowrap'],
      th: [...LOOKS, 'colspan', 'rowspan', 'nowrap', 'scope'],
      table: [...LOOKS, 'border', 'cellpadding', 'cellspacing'],
      col: [...LOOKS, 'span'],
      colgroup: [...LOOKS, 'span'],
      font: [...LOOKS, 'face', 'size'],
      ol: [...LOOKS, 'start', 'type'],
      details: [...LOOKS, 'open'],
    },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowedSchemesByTag: { img: ['cid', 'data'] },
    allowedSchemesAppliedToAttributes: ['href', 'src'],
    allowProtocolRelative: false,
    nestingLimit: MAX_DEPTH,
    parseStyleAttributes: false,
    enforceHtmlBoundary: false,
    transformTags: { '*': attributeCleaner(findPicture) },
  })
}

/**
 * Whether more elements stand open inside each other than any mail program writes: the parser keeps them
 * in a list that each tag moves. Those that end without a closing tag are not counted.
 */
function isTooDeep(html: string): boolean {
  const open = new Map<string, number>()
  let depth = 0
  for (const [, slash, written = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]{0,15})/gi)) {
    const name = written.toLowerCase()
    const count = open.get(name) ?? 0
    if (ENDS_BY_ITSELF.has(name) || (slash === '/' && count === 0)) continue
    const step = slash === '/' ? -1 : 1
    open.set(name, count + step)
    depth += step
    if (depth > MAX_OPEN) return true
  }
  return false
}

type Attributes = Record<string, string>

type Cleaned = { tagName: string; attribs: Attributes }

/** Mail repeats its styles: each is cleaned once a document. */
function attributeCleaner(findPicture: FindPicture): (tagName: string, attribs: Attributes) => Cleaned {
  const styles = new Map<string, string>()
  return (tagName, attribs) => {
    const mark = quoteMarkOf(tagName, attribs)
    delete attribs[QUOTE_MARK_ATTRIBUTE]
    if (mark !== undefined) attribs[QUOTE_MARK_ATTRIBUTE] = mark
    dropHugeMeasures(attribs)
    replaceStyle(attribs, styles)
    if (tagName === 'a') return { tagName, attribs: cleanLink(attribs) }
    if (tagName === 'img') return { tagName, attribs: cleanImage(attribs, findPicture) }
    return { tagName, attribs }
  }
}

function dropHugeMeasures(attribs: Attributes): void {
  for (const name of MEASURES) if (/\d{5}/.test(attribs[name] ?? '')) delete attribs[name]
}

function replaceStyle(attribs: Attributes, known: Map<string, string>): void {
  const given = attribs.style
  if (given === undefined) return
  const style = known.get(given) ?? cleanStyle(given)
  known.set(given, style)
  if (style === '') delete attribs.style
  else attribs.style = style
}

function cleanLink(attribs: Attributes): Attributes {
  const { href, target: _target, rel: _rel, ...others } = attribs
  const url = href === undefined ? undefined : targetOf(href)
  if (url === undefined) return others
  return { ...others, href: url, rel: 'noopener noreferrer nofollow', target: '_blank' }
}

function targetOf(href: string): string | undefined {
  return href.length > MAX_URL_CHARS ? undefined : linkTarget(href)
}

function cleanImage(attribs: Attributes, findPicture: FindPicture): Attributes {
  const { src = '', 'data-remote-src': _given, ...others } = attribs
  const url = src.trim()
  const own = findPicture(url)
  if (own !== undefined) return { ...others, src: `cid:${encodeURIComponent(own)}` }
  if (/^cid:/i.test(url)) return { ...others, src: `cid:${url.slice(4).slice(0, 1_000)}` }
  if (/^data:image\/(png|gif|jpe?g|webp);base64,[a-z0-9+/=\s]*$/i.test(url)) return { ...others, src: url }
  const remote = targetOf(url.startsWith('//') ? `https:${url}` : url)
  return remote === undefined || remote.startsWith('mailto:')
    ? others
    : { ...others, 'data-remote-src': remote }
}
