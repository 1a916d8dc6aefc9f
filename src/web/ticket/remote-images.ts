import { keep, readKept } from '../kept.ts'

/** Pictures of a mail that lie elsewhere: those to show when wanted, and those that only count who looks. */
export type RemoteImages = { pictures: HTMLElement[]; trackers: HTMLElement[] }

/** Finds them in a mail's document. What is at most two pixels wide or high is there to be asked for, not seen. */
export function findRemoteImages(mail: Document): RemoteImages {
  const all = [...mail.querySelectorAll<HTMLElement>('img[data-remote-src]')]
  return { pictures: all.filter(image => !isTracker(image)), trackers: all.filter(isTracker) }
}

/** Shows the pictures by way of our server, which asks for them without a word of who looks. */
export function showRemoteImages(mail: Document, addressOf: (index: number) => string): void {
  const { pictures } = findRemoteImages(mail)
  for (const [index, image] of mail.querySelectorAll<HTMLElement>('img[data-remote-src]').entries()) {
    if (pictures.includes(image)) image.setAttribute('src', addressOf(index))
  }
}

function isTracker(image: HTMLElement): boolean {
  const measures = [
    image.getAttribute('width'),
    image.getAttribute('height'),
    image.style.width,
    image.style.height,
  ]
  return measures.some(measure => /^\s*[0-2](?:px)?\s*$/.test(measure ?? ''))
}

const KEY = 'letterdesk.pictures'
const MAX_SENDERS = 500

/** Whether this browser was told to always show the pictures of a sender. */
export function showsPicturesOf(address: string): boolean {
  return readSenders().includes(address.toLowerCase())
}

/** From now on this browser shows the pictures of a sender; the longest known are forgotten first. */
export function alwaysShowPicturesOf(address: string): void {
  const senders = [...readSenders().filter(one => one !== address.toLowerCase()), address.toLowerCase()]
  keep(KEY, JSON.stringify(senders.slice(-MAX_SENDERS)))
}

function readSenders(): string[] {
  try {
    const kept: unknown = JSON.parse(readKept(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter(one => typeof one === 'string') : []
  } catch {
    return []
  }
}
