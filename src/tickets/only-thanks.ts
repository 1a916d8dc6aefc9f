import { htmlToPlainText } from '../mail/html-text.ts'
import type { Address, ParsedMail } from '../mail/mail-types.ts'
import { PLEASANTRIES, THANKS } from './thanks-phrases.ts'

const MAX_CHARS = 300
const MAX_PHRASES = 12

/** What of a mail decides whether it says more than thanks. */
export type ThanksQuestion = Pick<
  ParsedMail,
  'subject' | 'text' | 'visibleText' | 'html' | 'attachments' | 'from' | 'to' | 'cc'
>

/**
 * Whether a mail only says thanks, so that a closed ticket may stay closed.
 *
 * Conservative: every phrase must be one of the known thanks and pleasantries of a language
 * (thanks-phrases.ts), beside names of the people in the mail's header and emoji; at least one must
 * be a thanks. Any digit, question mark, link, file or picture, a subject that is no reply's, words that
 * stand in the HTML alone, and any other word or emoji say that somebody may want something.
 */
export function isOnlyThanks(mail: ThanksQuestion): boolean {
  const text = mail.visibleText.trim()
  if (text === '' || text.length > MAX_CHARS || mail.attachments.length > 0) return false
  if (!IS_REPLY.test(mail.subject) || /<img[^>]{1,20}data:/i.test(mail.html ?? '')) return false
  const plain = text.replace(EMOJI, ' . ').replace(EMOTICONS, ' . ')
  if (ASKS.test(plain)) return false
  if (hasOtherWords(mail)) return false
  const phrases = phrasesOf(
    plain
      .normalize('NFC')
      .toLowerCase()
      .replace(/[’ʼ`´]/g, "'"),
    mail,
  )
  if (phrases === undefined || phrases.length > MAX_PHRASES) return false
  const thanks = phrases.filter(phrase => THANKS.test(phrase))
  return thanks.length > 0 && phrases.every(phrase => THANKS.test(phrase) || PLEASANTRIES.test(phrase))
}

/** Whether the HTML, which agents see, says more than the text beside it. */
function hasOtherWords({ html, text }: ThanksQuestion): boolean {
  if (html === null) return false
  const known = new Set(wordsOf(text))
  return wordsOf(htmlToPlainText(html)).some(word => !known.has(word))
}

function wordsOf(text: string): string[] {
  return text.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? []
}

/**
 * The phrases without names. A sentence of names alone must be its writer's own, as below a letter:
 * mailboxes are called Help and Refunds. Undefined where it is another's.
 */
function phrasesOf(text: string, mail: ThanksQuestion): string[] | undefined {
  const own = namesOf(mail.from ? [mail.from] : [], true)
  const names = new Set([...own, ...namesOf([...mail.to, ...mail.cc].slice(0, 20), false)])
  const found: string[] = []
  for (const sentence of text.split(SENTENCES)) {
    const given = sentence.split(BREAKS).filter(phrase => phrase.trim() !== '')
    const phrases = given.map(phrase => withoutNames(phrase, names)).filter(phrase => phrase !== '')
    if (phrases.length === 0 && given.some(phrase => withoutNames(phrase, own) !== '')) return undefined
    found.push(...phrases)
  }
  return found
}

const SENTENCES = /[.!\n…]+/
// Apostrophes and hyphens inside a word belong to it.
const BREAKS = /[,;:·•|/()"„“”«»*~_=>]+|(?:^|\s)[-–—]+(?=\s|$)/
// Answers keep the subject; somebody who writes a new one has something new to say.
const IS_REPLY =
  /^\s*$|^\s*(?:re|aw|antw|odp|отг|ответ|відп|sv|vs|rif|res|ynt|tr|r)(?: ?\[\d{1,3}\])? ?[:：]/i
const ASKS =
  /[?？؟\p{N}\p{Extended_Pictographic}@#%$€£+]|https?:|www\.|[:;=]['’]?-?[([/\\|]|\({2,}|[>x]_+[<x]/u // and sad faces
// Friendly ones only: a thumb down says something else.
const EMOJI =
  /(?:[🙏👍😊🙂😀😃😄😁😉😎😍🥰😘🤗☺❤♥🧡💛💚💙💜🩷👏🎉🎊🥳👌💪✨🌟⭐🌸🌹💐🌷🙌🤝🔥💯🍀☀👋😇🤩])(?:[\u{1f3fb}-\u{1f3ff}]|\ufe0f)?/gu
const EMOTICONS = /(?:[:;=8x]-?[)dp*3]+|<3+|\^_?\^|:-?\)+|\)\)+)(?=\s|$|[.!,])/gi

/** The words of names, and of addresses' local parts: whom one thanks, and who does. */
function namesOf(people: readonly Address[], withAddress: boolean): Set<string> {
  const words = people.flatMap(({ name, address }) => [
    ...(name ?? '').split(/[^\p{L}\p{M}']+/u),
    ...(withAddress ? address.slice(0, address.lastIndexOf('@')).split(/[^\p{L}\p{M}]+/u) : []),
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
