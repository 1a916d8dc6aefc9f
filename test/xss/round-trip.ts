import type { Page } from 'playwright-core'
import { cleanHtml } from '../../src/mail/clean-html.ts'
import { seededRandom } from '../support/mails.ts'
import { makeHtml } from './make-html.ts'

/**
 * What Chromium made of cleaned HTML; good when `faults` is empty. `moved` counts trees with the same
 * elements and words in another place when they are written out and read again: HTML has a few such, as a
 * link inside the table of a link, or a line end at the beginning of `<pre>`.
 */
export type RoundTrips = { count: number; moved: number; faults: string[] }

const BATCH = 2_000

/**
 * The property that leaves no room for mutation (A02): cleaned HTML, read by Chromium, has no element and
 * no attribute that the cleaner did not write, and all of its words; written out and read again, it still
 * has these and no others.
 */
export async function checkRoundTrips(
  page: Page,
  options: { count: number; seed: number },
): Promise<RoundTrips> {
  const random = seededRandom(options.seed)
  const faults: string[] = []
  let moved = 0
  await page.goto('about:blank')
  for (let done = 0; done < options.count; done += BATCH) {
    const cases = Array.from({ length: Math.min(BATCH, options.count - done) }, () => {
      const dirty = makeHtml(random)
      const clean = cleanHtml(dirty) ?? ''
      return { dirty, clean, ...readWritten(clean) }
    })
    const found = await page.evaluate<{ faults: string[]; moved: number }>(compareTrees(cases))
    faults.push(...found.faults)
    moved += found.moved
  }
  return { count: options.count, moved, faults }
}

type Written = { tags: string[]; text: string }

/** The tags and the text of HTML that the cleaner wrote: attributes in double quotes, everything escaped. */
function readWritten(clean: string): Written {
  const tags = [...clean.matchAll(/<([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"]*")?)*) ?\/?>/g)].map(
    ([, name = '', attributes = '']) => signatureOf(name, attributes),
  )
  return { tags: [...new Set(tags)], text: lettersOf(decode(clean.replace(/<[^>]*>/g, ''))) }
}

function signatureOf(name: string, attributes: string): string {
  const pairs = [...attributes.matchAll(/ ([a-z-]+)(?:="([^"]*)")?/g)].map(
    ([, key = '', value = '']) => `${key}=${decode(value)}`,
  )
  return [name, ...pairs.sort()].join('\n')
}

function decode(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}

/** Order apart: browsers move what stands in a table but in no cell in front of it. */
function lettersOf(text: string): string {
  return [...text.replace(/\s/gu, '')].sort().join('')
}

function compareTrees(cases: readonly (Written & { dirty: string; clean: string })[]): string {
  return `(() => {
    const read = html => new DOMParser().parseFromString('<!doctype html><body>' + html, 'text/html').body
    const implied = new Set(['tbody', 'tr', 'colgroup', 'p', 'br'])
    const letters = text => [...text.replace(/\\s/gu, '')].sort().join('')
    const foreignIn = (tree, known) => [...tree.querySelectorAll('*')].filter(one => {
      const pairs = [...one.attributes].map(({ name, value }) => name + '=' + value)
      if (one.namespaceURI !== 'http://www.w3.org/1999/xhtml') return true
      return !(pairs.length === 0 && implied.has(one.localName)) && !known.has([one.localName, ...pairs.sort()].join('\\n'))
    })
    const faults = []
    let moved = 0
    for (const { dirty, clean, tags, text } of ${JSON.stringify(cases)}) {
      const known = new Set(tags)
      const fault = what => faults.push(what + ': ' + JSON.stringify({ dirty, clean }))
      const tree = read(clean)
      for (const one of foreignIn(tree, known)) fault('an element of nobody: ' + one.outerHTML.slice(0, 80))
      if (letters(tree.textContent) !== text) fault('other words')
      const again = read(tree.innerHTML)
      if (foreignIn(again, known).length > 0) fault('an element of nobody the second time')
      if (letters(again.textContent) !== text) fault('other words the second time')
      if (!again.isEqualNode(tree)) moved++
    }
    return { faults, moved }
  })()`
}
