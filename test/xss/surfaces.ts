import { simpleParser } from 'mailparser'
import { cleanHtml } from '../../src/mail/clean-html.ts'
import { sendReply } from '../../src/shared/tickets.ts'
import type { HostileDesk } from '../abuse/hostile-desk.ts'
import { insertEach, leftIn } from '../abuse/page-scripts.ts'
import type { TrappedBrowser } from '../abuse/trapped-browser.ts'
import { encodedWord, htmlMail } from './hostile-mails.ts'

/** What was met on one surface: good when only `shown` is not empty. */
export type SurfaceReport = {
  surface: string
  shown: number
  ran: string[]
  asked: string[]
  faults: string[]
}

/** A desk under attack and the browser that watches it. */
export type Attack = { desk: HostileDesk; trapped: TrappedBrowser }

const BATCH = 400

/** Every cleaned vector in a page without any policy: the cleaner alone stands there. */
export async function attackBarePage(
  { trapped }: Attack,
  vectors: readonly string[],
): Promise<SurfaceReport> {
  return await watch(trapped, 'cleaned HTML in a page without a policy', vectors.length, async () => {
    const faults: string[] = []
    await trapped.page.goto('about:blank')
    for (let at = 0; at < vectors.length; at += BATCH) {
      const some = vectors.slice(at, at + BATCH)
      const cleaned = some.map(vector => ({ vector, clean: cleanHtml(vector) ?? '' }))
      faults.push(...(await trapped.page.evaluate<string[]>(insertEach(cleaned))))
    }
    return faults
  })
}

/** Vectors as the HTML of mails, in the ticket's frame. */
export async function attackFrames(attack: Attack, vectors: readonly string[]): Promise<SurfaceReport> {
  return await attackTickets(
    attack,
    'HTML mail in the ticket',
    vectors,
    some => `<p>begin</p>${some.join('<hr>\n')}`,
  )
}

/** Vectors as the plain text of mails: text on the page, with safe links. */
export async function attackTexts(
  { desk, trapped }: Attack,
  vectors: readonly string[],
): Promise<SurfaceReport> {
  return await watch(trapped, 'plain text in the ticket', vectors.length, async () => {
    const faults: string[] = []
    for (let at = 0; at < vectors.length; at += BATCH) {
      const subject = `text vectors ${at}`
      const text = vectors.slice(at, at + BATCH).join('\n\n')
      await desk.deliver(htmlMail({ subject, html: text, type: 'text/plain' }))
      const { number } = await desk.ticketOf(subject, 30_000)
      await openPage(trapped, desk, `/queue/all/${number}`)
      faults.push(...(await trapped.page.evaluate<string[]>(LINKS_AND_ELEMENTS)))
    }
    return faults
  })
}

/**
 * Markup as the name, the subject, the first words and a file's name: in the rows of the list, and of
 * some in the whole of the ticket, the title of the tab and the notice that an answer is on its way.
 */
export async function attackNames(attack: Attack, markup: readonly string[]): Promise<SurfaceReport> {
  const { desk, trapped } = attack
  const surface = 'names, subjects, files: list, ticket, tab title, notice'
  return await watch(trapped, surface, markup.length, async () => {
    const faults: string[] = []
    for (const [index, text] of markup.entries()) {
      await desk.deliver(nameMail(`n${index}`, text))
      const { number } = await desk.ticketOf(`n${index} `, 30_000)
      if (index % 20 === 0) faults.push(...(await readWholeTicket(attack, number)))
    }
    await openPage(trapped, desk, '/queue/all')
    faults.push(...(await trapped.page.evaluate<string[]>(LINKS_AND_ELEMENTS)))
    return faults
  })
}

async function readWholeTicket({ desk, trapped }: Attack, number: number): Promise<string[]> {
  const { page } = trapped
  await openPage(trapped, desk, `/queue/all/${number}`)
  const title = await page.title()
  const isOurs = /^(\(\d+\) )?#\d+ · Letterdesk$/.test(title)
  await page.getByRole('feed').waitFor()
  await page.keyboard.press('r')
  await page.keyboard.type('An answer.')
  await page.locator('[data-composer]').getByText('An answer.').waitFor()
  await page.keyboard.press('Control+Enter')
  await page.getByText(/^Sent to n\d/).waitFor()
  const found = await page.evaluate<string[]>(LINKS_AND_ELEMENTS)
  return isOurs ? found : [...found, `a tab title that is not ours: ${title}`]
}

/** Vectors quoted in the answers that leave the house, read from the bytes the server received. */
export async function attackAnswers(attack: Attack, vectors: readonly string[]): Promise<SurfaceReport> {
  const { desk, trapped } = attack
  return await watch(trapped, 'quoted history of our own mail', vectors.length, async () => {
    const subjects: string[] = []
    for (let at = 0; at < vectors.length; at += BATCH) {
      const some = vectors.slice(at, at + BATCH).join('\n<br>\n')
      for (const type of ['text/html', 'text/plain'] as const) {
        const subject = `answered ${type} ${at}`
        await desk.deliver(htmlMail({ subject, html: some, type }))
        const { number } = await desk.ticketOf(subject, 30_000)
        await desk.owner.call(sendReply, {
          params: { number },
          body: { text: 'Our answer <b>&</b> {{text}}', withHistory: true },
        })
        subjects.push(subject)
      }
    }
    // A reply waits before it leaves, so that it can be taken back: they wait together.
    const faults: string[] = []
    for (const subject of subjects) faults.push(...(await readAnswer(attack, subject)))
    return faults
  })
}

async function readAnswer({ desk, trapped }: Attack, subject: string): Promise<string[]> {
  const sent = await desk.sink.waitFor(mail => mail.raw.includes(`Subject: Re: ${subject}`), 40_000)
  const reading: Promise<{ html?: string | false }> = simpleParser(sent.raw)
  const { html } = await reading
  await trapped.page.goto('about:blank')
  await trapped.page.setContent(html || 'no HTML')
  const foreign = await trapped.page.evaluate<string[]>(FOREIGN_IN_ANSWER)
  return html ? foreign : [...foreign, `the answer to ${subject} has no HTML`]
}

async function attackTickets(
  { desk, trapped }: Attack,
  surface: string,
  vectors: readonly string[],
  build: (some: readonly string[]) => string,
): Promise<SurfaceReport> {
  return await watch(trapped, surface, vectors.length, async () => {
    const faults: string[] = []
    for (let at = 0; at < vectors.length; at += BATCH) {
      const subject = `${surface} ${at}`
      await desk.deliver(htmlMail({ subject, html: build(vectors.slice(at, at + BATCH)) }))
      const { number } = await desk.ticketOf(subject, 30_000)
      await openPage(trapped, desk, `/queue/all/${number}`)
      const frame = trapped.page.frameLocator('article iframe').first()
      await frame.locator('body > *').first().waitFor({ state: 'attached' })
      faults.push(...(await trapped.page.evaluate<string[]>(leftIn('article iframe'))))
    }
    return faults
  })
}

async function openPage({ page }: TrappedBrowser, desk: HostileDesk, path: string): Promise<void> {
  await page.goto(desk.product.baseUrl + path)
  await page.getByText('live', { exact: true }).waitFor()
}

/** Does the work and tells which scripts ran and which hosts were asked meanwhile. */
async function watch(
  trapped: TrappedBrowser,
  surface: string,
  shown: number,
  work: () => Promise<string[]>,
): Promise<SurfaceReport> {
  const [ran, asked] = [trapped.ran.length, trapped.asked.length]
  const faults = await work()
  return { surface, shown, faults, ran: trapped.ran.slice(ran), asked: trapped.asked.slice(asked) }
}

function nameMail(key: string, markup: string): string {
  const text = markup.replace(/[\r\n]+/g, ' ')
  return [
    `From: ${encodedWord(`${key} ${text}`)} <${key}@customer.test>`,
    'To: support@desk.test',
    `Subject: ${encodedWord(`${key} ${text}`)}`,
    `Message-ID: <${key}@names.customer.test>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    `--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}`,
    `--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename*=utf-8''${encodeURIComponent(text.toWellFormed())}\r\n\r\nx`,
    '--b--',
    '',
  ].join('\r\n')
}

// What the page itself never has: elements that only a stranger would bring, links that lead elsewhere.
const LINKS_AND_ELEMENTS = `(() => {
  const links = [...document.querySelectorAll('a[href]')].map(one => one.protocol)
  const odd = links.filter(protocol => !['http:', 'https:', 'mailto:'].includes(protocol)).map(protocol => 'a link to ' + protocol)
  const strange = [...document.querySelectorAll('img[src=x],img[onerror],svg[onload],object,embed,base,marquee,iframe:not([sandbox]),[onclick],[onmouseover]')]
  return [...odd, ...strange.map(one => 'an element ' + one.outerHTML.slice(0, 120))]
})()`

const FOREIGN_IN_ANSWER = `(() => {
  const ours = 'html head body meta div br p blockquote b a span'.split(' ')
  const all = [...document.querySelectorAll('*')]
  const foreign = all.filter(one => !ours.includes(one.localName) || [...one.attributes].some(({ name }) => !/^(style|charset|type|cite|lang|dir|href|rel|target)$/.test(name)))
  return foreign.map(one => 'in our mail: ' + one.outerHTML.slice(0, 120))
})()`
