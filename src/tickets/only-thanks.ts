import type { ParsedMail } from '../mail/mail-types.ts'
import { PLEASANTRIES, THANKS } from './thanks-phrases.ts'

const MAX_CHARS = 300
const MAX_PHRASES = 12

/** What of a mail decides whether it says more than thanks. */
export type ThanksQuestion = Pick<
  ParsedMail,
  'subject' | 'visibleText' | 'html' | 'attachments' | 'from' | 'to' | 'cc'
>

/**
 * Whether a mail only says thanks, so that a closed ticket may stay closed.
 *
 * Conservative: every phrase must be one of the known thanks and pleasantries of a language
 * (thanks-phrases.ts), beside names of the people in the mail's header and emoji; at least one must
 * be a thanks. Any digit, question mark, link, file or picture, a subject that is no reply's, and any
 * other word or emoji say that somebody may want something.
 */
export function isOnlyThanks(mail: ThanksQuestion): boolean {
  const text = mail.visibleText.trim()
  if (text === '' || text.length > MAX_CHARS || mail.attachments.length > 0) return false
  if (!IS_REPLY.test(mail.subject) || /<img[^>]{1,20}data:/i.test(mail.html ?? '')) return false
  const plain = text.replace(EMOJI, ' . ').replace(EMOTICONS, ' . ')
  if (ASKS.test(plain)) return false
  const names = namesOf(mail)
  const phrases = plain
    .normalize('NFC')
    .toLowerCase()
    .replace(/[’ʼ`´]/g, "'")
    .split(BREAKS)
    .map(phrase => withoutNames(phrase, names))
    .filter(phrase => phrase !== '')
  if (phrases.length > MAX_PHRASES) return false
  const thanks = phrases.filter(phrase => THANKS.test(phrase))
  return thanks.length > 0 && phrases.every(phrase => THANKS.test(phrase) || PLEASANTRIES.test(phrase))
}

// Apostrophes and hyphens inside a word belong to it.
const BREAKS = /[.!,;:\n…·•|/()"„“”«»*~_=>]+|(?:^|\s)[-–—]+(?=\s|$)/
// Answers keep the subject; somebody who writes a new one has something new to say.
const IS_REPLY =
  /^\s*$|^\s*(?:re|aw|antw|odp|отг|ответ|відп|sv|vs|rif|res|ynt|tr|r)(?: ?\[\d{1,3}\])? ?[:：]/i
const ASKS = /[?？؟\p{N}\p{Extended_Pictographic}@#%$€£+]|https?:|www\./u
// Friendly ones only: a thumb down says something else.
const EMOJI =
  /(?:[🙏👍😊🙂😀😃😄😁😉😎😍🥰😘🤗☺❤♥🧡💛💚💙💜🩷👏🎉🎊🥳👌💪✨🌟⭐🌸🌹💐🌷🙌🤝🔥💯🍀☀👋😇🤩])(?:[\u{1f3fb}-\u{1f3ff}]|\ufe0f)?/gu
const EMOTICONS = /(?:[:;=8x]-?[)d(p*3]+|<3+|\^_?\^|:-?\)+|\)\)+)(?=\s|$|[.!,])/gi

/** The words of the names in the header, and of its addresses' local parts: whom one thanks, and who does. */
function namesOf({ from, to, cc }: ThanksQuestion): Set<string> {
  const people = [...(from ? [from] : []), ...to, ...cc].slice(0, 20)
  const words = people.flatMap(({ name, address }) => [
    ...(name ?? '').split(/[^\p{L}\p{M}']+/u),
    ...address.slice(0, address.lastIndexOf('@')).split(/[^\p{L}\p{M}]+/u),
  ])
  return new Set(words.map(word => word.normalize('NFC').toLowerCase()).filter(word => word.length > 1))
}

/** A name stands at the end or the beginning of a phrase; a word of the language is never taken for one. */
function withoutNames(phrase: string, names: ReadonlySet<string>): string {
  const words = phrase.split(/\s+/).filter(word => word !== '')
  const isName = (word: string | undefined) => word !== undefined && names.has(word)
  while (isName(words.at(-1))) words.pop()
  while (isName(words[0])) words.shift()
  return words.join(' ')
}
