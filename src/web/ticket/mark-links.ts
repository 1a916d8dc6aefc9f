import { misnamedHost } from './misnamed-host.ts'

/** Marks the words in a link that say where it leads. */
const HOST_MARK = 'data-leads-to'

// A mail may hold a million links; a page must not.
const LINK_LIMIT = 500

/**
 * Puts into each link whose words name another host than the one it leads to where that is, as nobody looks at the foot
 * of the window. Subdomains of one another are one host.
 *
 * @param wordsOf says of a host that it is where the link leads
 */
export function markLinks(mail: Document, wordsOf: (host: string) => string): void {
  for (const link of [...mail.querySelectorAll<HTMLAnchorElement>('a[href]')].slice(0, LINK_LIMIT)) {
    const host = misnamedHost(link.textContent ?? '', link.getAttribute('href') ?? '')
    if (host === undefined) continue
    const words = mail.createElement('span')
    words.setAttribute(HOST_MARK, '')
    words.textContent = wordsOf(host)
    link.append(' ', words)
  }
}
