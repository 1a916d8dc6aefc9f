import { seededRandom } from '../support/mails.ts'

/** A message of a made-up desk. Days are counted back from today. */
export type MadeUpMail = {
  subject: string
  text: string
  language: string
  fromName: string
  fromAddress: string
  daysAgo: number
}

const SYLLABLES: Readonly<Record<string, readonly string[]>> = {
  en: 'ba con der el fin gra hol in jo ker lan mor ner op pra qui ros ste tin und ver win yor zel'.split(' '),
  bg: 'ба вед гор дел жив зна ил каз лек мол нос опр пис раб сто тур уск фор ход цел час шум щи юг'.split(
    ' ',
  ),
  ru: 'бы вод гра дом жел зим иск ков лод мир нов обр пол рук сто тре удо физ хол цен чер шаг эко яр'.split(
    ' ',
  ),
  pl: 'ba cho dom gra jaz kro lis mow niz ob pra ros sta tor ul wie zam żal ście łąk prz szy dro kon'.split(
    ' ',
  ),
}
/** The languages of the made-up mail. */
export const MADE_UP_LANGUAGES = Object.keys(SYLLABLES)

const WORDS = 40_000
const NAMES = [
  'Ivana Petrova',
  'Georgi Dimitrov',
  'Ольга Смирнова',
  'Agnieszka Nowak',
  'Emma Clarke',
  'Иван Колев',
]

/**
 * The word of a rank: the first is in most mails, the ten thousandth in few (Zipf). Made of syllables, so that
 * stems, pieces and accents cost what they cost with real words.
 */
export function wordOfRank(language: string, rank: number): string {
  const syllables = SYLLABLES[language] ?? []
  let word = ''
  for (let rest = rank + 1; rest > 0; rest = Math.floor(rest / syllables.length)) {
    word += syllables[rest % syllables.length]
  }
  return word
}

/** The order number of the n-th ticket. */
export function orderOf(ticket: number): string {
  return `AB-${String(1_000_000 + ticket * 7).padStart(7, '0')}`
}

/** The n-th message; five make a ticket. The same seed gives the same mail. */
export function madeUpMail(n: number, total: number, seed: number): MadeUpMail {
  const random = seededRandom(seed * 1_000_003 + n)
  const ticket = Math.floor(n / 5)
  const language = MADE_UP_LANGUAGES[ticket % MADE_UP_LANGUAGES.length] ?? 'en'
  const words = (count: number) =>
    Array.from({ length: count }, () => wordOfRank(language, Math.floor(WORDS ** random()) - 1)).join(' ')
  const name = NAMES[ticket % NAMES.length] ?? ''
  return {
    subject: `${words(4)} ${orderOf(ticket)}`,
    text: `${words(30 + Math.floor(random() * 100))}. ${n % 5 === 0 ? orderOf(ticket) : ''}\n${words(20)}`,
    language,
    fromName: name,
    fromAddress: `customer${ticket % 20_000}@firma${ticket % 300}.test`,
    daysAgo: 5 * 365 * (1 - n / total),
  }
}
