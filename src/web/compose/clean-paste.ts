/**
 * HTML of another program as it is fit to be pasted: Word's lists as lists, lines of Gmail and Outlook as lines,
 * headings bold, tables as rows of text. What the editor does not know it leaves out by itself.
 */
export function cleanPaste(html: string): string {
  // Conditional comments of Word hold whole second copies.
  const page = new DOMParser().parseFromString(html.replace(/<!--[\s\S]*?-->/g, ''), 'text/html')
  for (const one of page.querySelectorAll('style, script, title, meta, link, o\\:p')) unwrapOrDrop(one)
  makeWordLists(page)
  for (const row of page.querySelectorAll('tr')) row.replaceWith(lineOf(page, row))
  for (const heading of page.querySelectorAll('h1, h2, h3, h4, h5, h6')) makeBold(page, heading)
  for (const line of page.querySelectorAll('div')) makeLine(page, line)
  return page.body.innerHTML
}

function unwrapOrDrop(element: Element): void {
  if (element.localName === 'o:p') element.replaceWith(...element.childNodes)
  else element.remove()
}

/** Word writes each item as a paragraph that begins with its sign; neighbours are one list. */
function makeWordLists(page: Document): void {
  let list: HTMLElement | undefined
  for (const item of page.querySelectorAll('p[class*="MsoListParagraph"], p[style*="mso-list"]')) {
    const sign = item.querySelector('[style*="mso-list:Ignore"], [style*="mso-list: Ignore"]')
    const isOrdered = /^\s*(?:\d+|[a-z])[.)]/i.test(sign?.textContent ?? item.textContent ?? '')
    sign?.remove()
    if (sign === null) stripSign(item)
    if (list === undefined || item.previousElementSibling !== list) {
      list = page.createElement(isOrdered ? 'ol' : 'ul')
      item.before(list)
    }
    const entry = page.createElement('li')
    const line = page.createElement('p')
    line.append(...item.childNodes)
    entry.append(line)
    list.append(entry)
    item.remove()
  }
}

function stripSign(item: Element): void {
  const walker = item.ownerDocument.createTreeWalker(item, NodeFilter.SHOW_TEXT)
  const first = walker.nextNode()
  if (first !== null)
    first.nodeValue = (first.nodeValue ?? '').replace(/^\s*(?:[·•§o▪–-]|\w{1,3}[.)])\s+/u, '')
}

function lineOf(page: Document, row: Element): Element {
  const line = page.createElement('p')
  const cells = [...row.children].map(cell => (cell.textContent ?? '').replace(/\s+/g, ' ').trim())
  line.textContent = cells.join(' | ')
  return line
}

function makeBold(page: Document, heading: Element): void {
  const [line, strong] = [page.createElement('p'), page.createElement('strong')]
  strong.append(...heading.childNodes)
  line.append(strong)
  heading.replaceWith(line)
}

/** A `<div>` is a line where no other block is in it; Gmail's empty lines are `<div><br></div>`. */
function makeLine(page: Document, element: Element): void {
  if (element.querySelector('div, p, ul, ol, blockquote, pre, table') !== null) return
  const line = page.createElement('p')
  const isEmpty = (element.textContent ?? '').trim() === '' && element.querySelector('img') === null
  if (!isEmpty) line.append(...element.childNodes)
  element.replaceWith(line)
}
