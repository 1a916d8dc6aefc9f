import { simpleParser } from 'mailparser'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { findDraft, type SavedDraft } from '../../src/shared/drafts.ts'
import { getMessageRaw, getTicket } from '../../src/shared/tickets.ts'
import { practiceDesk } from '../support/practice-desk.ts'
import { waitUntil } from '../support/wait-until.ts'

const desk = practiceDesk()
let page: Page

beforeAll(async () => {
  page = await (await desk.browser.newAgent(desk.owner)).newPage()
}, 150_000)

/** What another program puts on the clipboard, or what is dragged in. */
type Brought = { html?: string; text?: string; files?: { name: string; type: string; base64: string }[] }

/** A picture of two colours, drawn by the browser itself. */
const drawn = (width: number, height: number): Promise<string> =>
  page.evaluate(`(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: ${width}, height: ${height} })
    const pen = canvas.getContext('2d')
    pen.fillStyle = 'teal'
    pen.fillRect(0, 0, ${width / 2}, ${height})
    return canvas.toDataURL('image/png').split(',')[1]
  })()`)

/** Brings it into the composer as the browser would: pasted, or dropped in the middle of the text. */
async function bring(how: 'paste' | 'drop', { html, text, files = [] }: Brought): Promise<void> {
  await page.evaluate(`(() => {
    const data = new DataTransfer()
    const { html, text, files } = ${JSON.stringify({ html, text, files })}
    if (html !== undefined) data.setData('text/html', html)
    if (text !== undefined) data.setData('text/plain', text)
    for (const { name, type, base64 } of files) {
      const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))
      data.items.add(new File([bytes], name, { type }))
    }
    const composer = document.querySelector('#composer')
    const { left, top } = composer.getBoundingClientRect()
    const common = { bubbles: true, cancelable: true }
    composer.dispatchEvent('${how}' === 'paste'
      ? new ClipboardEvent('paste', { ...common, clipboardData: data })
      : new DragEvent('drop', { ...common, dataTransfer: data, clientX: left + 8, clientY: top + 8 }))
  })()`)
}

async function reply(index: number): Promise<number> {
  const number = desk.rows[index]?.number ?? 0
  await page.goto(`${desk.baseUrl}/queue/all/${number}`)
  await page.getByRole('feed').waitFor()
  await page.keyboard.press('r')
  await page.getByRole('textbox', { name: 'Write your reply' }).waitFor()
  return number
}

const saved = (number: number, what: string, fits: (draft: SavedDraft) => boolean): Promise<SavedDraft> =>
  waitUntil(`the draft has ${what}`, async () => {
    const { draft } = await desk.owner.call(findDraft, { params: { number } })
    return draft !== null && fits(draft) ? draft : undefined
  })

const WORD = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{color:red}</style></head><body>
<!--[if gte mso 9]><p>a second copy</p><![endif]--><h2>Prices</h2>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp; </span></span>One box<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp; </span></span>Two boxes<o:p></o:p></p>
<table><tr><td>Box</td><td>12&nbsp;€</td></tr></table>
<p class=MsoNormal onclick="alert(1)" style="font-size:40pt">Thank <b>you</b> and see <a href="https://shop.test/x" class=x>the shop</a>,
<a href="javascript:alert(1)">this</a><script>alert(2)</script><img src="https://pictures.test/pixel.gif"></p></body></html>`

test('words of Word keep their lists, tables as lines and looks, and nothing else', async () => {
  const number = await reply(0)

  await bring('paste', { html: WORD, text: 'Prices' })

  const { html } = await saved(number, 'the last line', draft => draft.text.includes('see the shop'))
  expect(html).toContain('<strong>Prices</strong>')
  expect(html).toMatch(/<ul><li><p>One box<\/p><\/li><li><p>Two boxes<\/p><\/li><\/ul>/)
  expect(html).toContain('<p>Box | 12')
  expect(html).toContain('Thank <strong>you</strong> and see <a href="https://shop.test/x">the shop</a>')
  expect(html).not.toMatch(/style|class|onclick|script|javascript|second copy|pixel|<img|<table|o:p/i)
})

test('emoji come by their names, Ctrl+U underlines, and Ctrl+Shift+↑ gives the text the height of the messages', async () => {
  const number = await reply(4)

  await page.keyboard.type('At 12:30 :thumb')
  await page.getByRole('listbox', { name: 'Emoji' }).getByText('Thumbs up').waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.type(' :tada')
  await page.getByRole('listbox', { name: 'Emoji' }).getByText('Party popper').waitFor()
  await page.keyboard.type(': ')
  await page.keyboard.press('Control+u')
  await page.keyboard.type('soon')
  await page.keyboard.press('Control+Shift+ArrowUp')
  await page.getByRole('feed').waitFor({ state: 'hidden' })
  await page.keyboard.type('er')
  await page.keyboard.press('Control+Shift+ArrowUp')
  await page.getByRole('feed').waitFor()

  const { text, html } = await saved(number, 'all of it', draft => draft.text.endsWith('sooner'))
  expect(text).toBe('At 12:30 👍 🎉 sooner')
  expect(html).toContain('<u>sooner</u>')
})

test('lines of Gmail and plain lines stay lines', async () => {
  const number = await reply(1)

  await bring('paste', { html: '<div dir="ltr">Good day<div><br></div><div>Yours, Ada</div></div>' })
  await page.keyboard.press('Enter')
  await bring('paste', { text: 'one\ntwo\n\nfour' })

  const { text } = await saved(number, 'the last line', draft => draft.text.endsWith('four'))
  expect(text).toBe('Good day\n\nYours, Ada\none\ntwo\n\nfour')
})

test('a pasted picture stands in the text, no larger than anybody needs, and goes out in it, another file beside it; a dropped one likewise', async () => {
  const number = await reply(2)
  const [screenshot, dropped] = [await drawn(2_000, 1_000), await drawn(40, 20)]
  const pdf = Buffer.from('%PDF-1.7').toString('base64')

  await page.keyboard.type('Look: ')
  await bring('paste', {
    files: [
      { name: 'image.png', type: 'image/png', base64: screenshot },
      { name: 'договор.pdf', type: 'application/pdf', base64: pdf },
    ],
  })
  await saved(number, 'both files', draft => draft.uploads.length === 2)
  await bring('drop', { files: [{ name: 'small.png', type: 'image/png', base64: dropped }] })
  const draft = await saved(number, 'all three', one => one.uploads.length === 3)

  expect(draft.html?.match(/<img [^>]*data-upload=/g)).toHaveLength(2)
  expect(draft.uploads.map(one => one.filename).sort()).toEqual(['image.jpg', 'small.png', 'договор.pdf'])
  await page.keyboard.press('Control+Enter')
  const sent = await waitUntil('the reply', async () => {
    const { messages } = await desk.owner.call(getTicket, { params: { number } })
    return messages.find(message => message.authorId !== null)
  })
  const raw = await (await desk.owner.fetch(getMessageRaw, { params: { id: sent.id } })).text()
  const mail = await simpleParser(raw)
  // It puts each picture in the place of its cid: address.
  expect(String(mail.html).match(/src="data:image\//g)).toHaveLength(2)
  expect(mail.attachments.filter(file => file.cid !== undefined)).toHaveLength(2)
  expect(sent.attachments.filter(file => !file.isInline).map(file => file.filename)).toEqual(['договор.pdf'])
})

test('a picture that comes with copied words is left behind: the words are what was meant', async () => {
  const number = await reply(3)
  const picture = await drawn(20, 20)

  await bring('paste', {
    html: '<p>A table of numbers</p>',
    text: 'A table of numbers',
    files: [{ name: 'image.png', type: 'image/png', base64: picture }],
  })

  const draft = await saved(number, 'the words', one => one.text === 'A table of numbers')
  expect(draft.uploads).toEqual([])
})
