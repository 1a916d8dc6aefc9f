import type { Locator } from 'playwright-core'

/** What stands in the composer, line by line: it is a page within the page, so `inputValue` does not know it. */
export async function composedText(composer: Locator): Promise<string> {
  return await composer.evaluate(text =>
    [...text.querySelectorAll('p')].map(line => line.textContent ?? '').join('\n'),
  )
}
