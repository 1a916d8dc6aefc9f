import type { Block, Inline, Mentioned, WordMark } from './rich-words.ts'

type Looks = Readonly<Record<'line' | 'list' | 'quote' | 'code' | 'codeLine' | 'picture', string>>

const PLAIN: Looks = { line: '', list: '', quote: '', code: '', codeLine: '', picture: '' }

// In the elements themselves, as Gmail and Outlook drop style sheets.
const OF_MAIL: Looks = {
  line: '',
  list: ' style="margin: 0; padding-left: 1.8em"',
  quote: ' style="margin: 0 0 0 0.5em; padding-left: 0.8em; border-left: 2px solid #c8c8c8"',
  code: ' style="margin: 0.3em 0; padding: 0.5em 0.8em; background-color: #f4f4f2; font-family: monospace; white-space: pre-wrap"',
  codeLine: ' style="background-color: #f4f4f2; font-family: monospace"',
  picture: ' style="max-width: 100%; height: auto"',
}

/** The words as they are kept and go back into the composer: pictures are uploads still. */
export function writeKeptHtml(blocks: readonly Block[]): string {
  return writeBlocks(blocks, {
    looks: PLAIN,
    line: 'p',
    place: id => `data-upload="${id}"`,
    mention: ({ of, id }, html) => `<span data-mention="${of === 'team' ? `team-${id}` : id}">${html}</span>`,
  })
}

/**
 * The words as HTML for a mail, with no line ends but those of code, so that a place that keeps line ends
 * shows none between them. Whom the words mention is nobody's matter but the team's: the name is a word like others.
 *
 * @param contentId of an upload that stands in them, written as it is: not every program reads the escapes of RFC 2392
 */
export function writeMailHtml(blocks: readonly Block[], contentId: (uploadId: string) => string): string {
  return writeBlocks(blocks, {
    looks: OF_MAIL,
    line: 'div',
    place: id => `src="cid:${escapeHtml(contentId(id))}"`,
    mention: (_mentioned, html) => html,
  })
}

/** The words as a plain text says them: `- ` and `1. ` before items, `> ` before quotes, links behind their words. */
export function writePlainWords(blocks: readonly Block[]): string {
  return blocks.flatMap(linesOf).join('\n').trimEnd()
}

type How = {
  looks: Looks
  line: 'p' | 'div'
  place: (uploadId: string) => string
  mention: (mentioned: Mentioned, html: string) => string
}

function writeBlocks(blocks: readonly Block[], how: How): string {
  return blocks.map(block => writeBlock(block, how)).join('')
}

function writeBlock(block: Block, how: How): string {
  const { looks, line } = how
  switch (block.is) {
    case 'line': {
      const written = block.inlines.map(one => writeInline(one, how)).join('')
      return `<${line}>${written === '' && line === 'div' ? '<br>' : written}</${line}>`
    }
    case 'list': {
      const tag = block.isOrdered ? 'ol' : 'ul'
      const items = block.items.map(item => `<li>${writeBlocks(item, how)}</li>`).join('')
      return `<${tag}${looks.list}>${items}</${tag}>`
    }
    case 'quote':
      return `<blockquote${looks.quote}>${writeBlocks(block.blocks, how)}</blockquote>`
    case 'code':
      return `<pre${looks.code}><code>${escapeHtml(block.text)}</code></pre>`
  }
}

function writeInline(one: Inline, { looks, place, mention }: How): string {
  switch (one.is) {
    case 'break':
      return '<br>'
    case 'mention':
      return mention(one, `@${escapeHtml(one.name)}`)
    case 'picture': {
      const width = one.width === null ? '' : ` width="${one.width}"`
      return `<img ${place(one.uploadId)} alt="${escapeHtml(one.alt)}"${width}${looks.picture}>`
    }
    case 'words': {
      const html = writeMarks(one.marks, escapeHtml(one.text), looks)
      return one.href === null ? html : `<a href="${escapeHtml(one.href)}">${html}</a>`
    }
  }
}

function writeMarks(marks: readonly WordMark[], words: string, looks: Looks): string {
  let html = words
  if (marks.includes('code')) html = `<code${looks.codeLine}>${html}</code>`
  if (marks.includes('underline')) html = `<u>${html}</u>`
  if (marks.includes('italic')) html = `<em>${html}</em>`
  return marks.includes('bold') ? `<strong>${html}</strong>` : html
}

function linesOf(block: Block): string[] {
  switch (block.is) {
    case 'line':
      return plainLine(block.inlines).split('\n')
    case 'list':
      return block.items.flatMap((item, place) => {
        const mark = block.isOrdered ? `${place + 1}. ` : '- '
        return item.flatMap(linesOf).map((line, row) => (row === 0 ? mark : ' '.repeat(mark.length)) + line)
      })
    case 'quote':
      return block.blocks.flatMap(linesOf).map(line => (/^>|^$/.test(line) ? `>${line}` : `> ${line}`))
    case 'code':
      return block.text.split('\n')
  }
}

/** One link can be of several stretches: its address stands once, behind the last. */
function plainLine(inlines: readonly Inline[]): string {
  let line = ''
  let linked = ''
  for (const [place, one] of inlines.entries()) {
    line += plainInline(one)
    if (one.is !== 'words' || one.href === null) continue
    linked += one.text
    const next = inlines[place + 1]
    if (next?.is === 'words' && next.href === one.href) continue
    line += addressBehind(one.href, linked)
    linked = ''
  }
  return line
}

function plainInline(one: Inline): string {
  if (one.is === 'words') return one.text
  if (one.is === 'break') return '\n'
  return one.is === 'mention' ? `@${one.name}` : `[${one.alt}]`
}

/** Nothing where the words say it already. */
function addressBehind(href: string, words: string): string {
  const address = href.replace(/^mailto:/, '')
  const isSaid = [address, address.replace(/\/$/, ''), address.replace(/^https?:\/\//, '').replace(/\/$/, '')]
  return isSaid.includes(words.trim()) ? '' : ` (${address})`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
