import type { Page } from 'playwright-core'
import { TRAPS } from '../abuse/hostile-html.ts'
import type { TrappedBrowser } from '../abuse/trapped-browser.ts'
import { waitUntil } from '../support/wait-until.ts'
import { htmlMail } from './hostile-mails.ts'
import type { Attack } from './surfaces.ts'

const OVERLAYS = [
  '<div style="position:fixed;inset:0;z-index:99999;width:100vw;height:100vh;background:red">over</div>',
  '<div style="height:100vh;background:red">as high as its frame</div><p style="height:99999999px">high</p>',
  '<div style="position:absolute;top:-900px;left:-900px;width:9000px;height:9000px;background:red">over</div>',
  '<p style="margin:-900px -900px 0 -900px;background:red;box-shadow:0 0 0 9999px red;outline:9999px solid red">x</p>',
  '<p style="transform:translate(-500px,-500px) scale(50);filter:drop-shadow(0 -500px red);color:red">x</p>',
  '<table width="9000" bgcolor="red"><tr><td width="9000" style="background:red">wide</td></tr></table>',
  '<style>html,body,iframe{position:fixed!important;inset:0!important;background:red!important}</style>',
  `<p style="letter-spacing:900px;text-indent:-9000px;text-shadow:-9000px 0 9px red">${'x'.repeat(500)}</p>`,
  '<dialog open style="background:red">x</dialog><div popover style="display:block;background:red">x</div>',
  `<p>${'\u202e\u2067'.repeat(20)}turned<bdo dir="rtl">turned</bdo></p>`,
]

/**
 * Shows a mail that would paint over the page and, in the same ticket, a plain one as high: outside of the
 * mail's frame no pixel may differ.
 *
 * @returns the mails for which the page around the frame looked otherwise, and where
 */
export async function paintedOutside(
  attack: Attack,
  htmls: readonly string[] = listOverlays(),
): Promise<{ shown: number; painted: string[] }> {
  const { desk, trapped } = attack
  const painted: string[] = []
  for (const [index, html] of htmls.entries()) {
    const subject = `overlay ${index} of ${htmls.length}`
    await desk.deliver(htmlMail({ subject, html: `<p>begin</p>${html}` }))
    const { number } = await desk.ticketOf(subject, 30_000)
    const url = `${desk.product.baseUrl}/queue/all/${number}`
    const differs = await differenceAround(trapped, url)
    if (differs !== '') painted.push(`${differs} by ${html.slice(0, 80)}`)
  }
  return { shown: htmls.length, painted }
}

/** Mails that would paint over the page, each alone and all at once. */
export function listOverlays(): string[] {
  return [...OVERLAYS, ...TRAPS, OVERLAYS.join('')]
}

/** Where the page differs outside of the frame between the mail and a plain one as high; '' for nowhere. */
async function differenceAround({ page, visitor }: TrappedBrowser, url: string): Promise<string> {
  await page.goto(url)
  await page.frameLocator('article iframe').first().locator('body > *').first().waitFor({ state: 'attached' })
  await page.getByText('live', { exact: true }).waitFor()
  const hostile = await pictureOf(page)
  await page.evaluate(PUT_PLAIN)
  const harmless = await pictureOf(page)
  const found = await compareIn(visitor, [hostile.picture, harmless.picture], hostile.frame)
  if (found === '') return ''
  // An age or a number in the list changes by itself; what the mail painted is there again with the mail.
  await page.evaluate(PUT_BACK)
  const again = await pictureOf(page)
  return await compareIn(visitor, [hostile.picture, harmless.picture, again.picture], hostile.frame)
}

async function compareIn(
  visitor: TrappedBrowser['visitor'],
  pictures: readonly Buffer[],
  frame: Box,
): Promise<string> {
  const canvas = await visitor.newPage()
  const found = await canvas.evaluate<string>(
    compare(
      pictures.map(png => png.toString('base64')),
      frame,
    ),
  )
  await canvas.close()
  return found
}

type Box = { x: number; y: number; right: number; bottom: number }

/** The page once it stands still, and the part of it that the frame may paint on. */
async function pictureOf(page: Page): Promise<{ picture: Buffer; frame: Box }> {
  let last: Buffer = Buffer.alloc(0)
  const settle = async () => {
    const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' })
    const isStill = picture.equals(last)
    last = picture
    return isStill ? { picture, frame: await page.evaluate<Box>(FRAME) } : undefined
  }
  return await waitUntil('the page stands still', settle, { withinMs: 60_000 })
}

const PUT_PLAIN = `(() => {
  const iframe = document.querySelector('article iframe')
  const mail = iframe.contentDocument
  const heightPx = mail.documentElement.getBoundingClientRect().height
  window.hostile = mail.body
  const plain = mail.createElement('body')
  plain.innerHTML = '<p style="margin:0;height:' + (heightPx - 2) + 'px">plain</p>'
  mail.body.replaceWith(plain)
})()`

const PUT_BACK = `document.querySelector('article iframe').contentDocument.body.replaceWith(window.hostile)`

const FRAME = `(() => {
  const iframe = document.querySelector('article iframe')
  const box = iframe.getBoundingClientRect()
  const frame = { x: box.left, y: box.top, right: box.right, bottom: box.bottom }
  for (let one = iframe.parentElement; one; one = one.parentElement) {
    if (!/auto|scroll|hidden/.test(getComputedStyle(one).overflowY)) continue
    const port = one.getBoundingClientRect()
    frame.y = Math.max(frame.y, port.top)
    frame.bottom = Math.min(frame.bottom, port.bottom)
  }
  return frame
})()`

// From one picture to the next Chromium paints the round corners of the page by 1 of 255 lighter or darker.
const SAME_SHADE = 3

function compare(pictures: readonly string[], frame: Box): string {
  return `(async () => {
    const [first, second, again = first] = await Promise.all(${JSON.stringify(pictures)}.map(async png => {
      const bitmap = await createImageBitmap(await (await fetch('data:image/png;base64,' + png)).blob())
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
      context.drawImage(bitmap, 0, 0)
      return context.getImageData(0, 0, bitmap.width, bitmap.height)
    }))
    const frame = ${JSON.stringify(frame)}
    const points = []
    let most = 0
    for (let at = 0; at < first.data.length; at += 4) {
      const [x, y] = [(at / 4) % first.width, Math.floor(at / 4 / first.width)]
      if (x >= frame.x - 1 && x <= frame.right + 1 && y >= frame.y - 1 && y <= frame.bottom + 1) continue
      const changeTo = other => Math.max(...[0, 1, 2].map(part => Math.abs(first.data[at + part] - other.data[at + part])))
      if (changeTo(second) <= ${SAME_SHADE} || changeTo(again) > ${SAME_SHADE}) continue
      points.push([x, y])
      most = Math.max(most, changeTo(second))
    }
    if (points.length === 0) return ''
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
    return points.length + ' pixels at ' + Math.min(...xs) + '–' + Math.max(...xs) + ' × ' + Math.min(...ys) + '–' + Math.max(...ys) + ', by up to ' + most + ' of 255'
  })()`
}
