import { readFileSync } from 'node:fs'

/** A mail of the set, by the key its answers name it with. */
export type SetMail = {
  key: string
  from: { name: string; address: string }
  subject: string
  text: string
  files: string[]
}

/** A query and the mails a person would expect; `alike` have the same word in another language, which is neither right nor wrong. */
export type SetQuery = { language: string; text: string; expected: string[]; alike: string[] }

/** The languages of the set, each a file of `test/search/set`. */
export const SET_LANGUAGES = ['en', 'bg', 'ru', 'pl'] as const

/** Reads the mails and queries of one language: a line `mail`, its text below it, and lines `ask`. */
export function readSet(language: string): { mails: SetMail[]; queries: SetQuery[] } {
  const mails: SetMail[] = []
  const queries: SetQuery[] = []
  for (const line of readFileSync(new URL(`set/${language}.txt`, import.meta.url), 'utf8').split('\n')) {
    const fields = line.split(' | ')
    const [kind, name = ''] = [
      /^(?:mail|ask) /.exec(line)?.[0].trim(),
      fields[0]?.replace(/^(?:mail|ask) /, ''),
    ]
    const last = mails.at(-1)
    if (kind === 'mail') mails.push(readMail(name, fields))
    else if (kind === 'ask') {
      const [expected, alike] = [keysIn(fields[1]), keysIn(fields[2])]
      queries.push({ language, text: name, expected, alike })
    } else if (last !== undefined && last.text === '' && line !== '') {
      Object.assign(last, { text: name, files: keysIn(fields[1]).slice(1) })
    }
  }
  return { mails, queries }
}

function keysIn(field = ''): string[] {
  return field.split(' ').filter(Boolean)
}

function readMail(key: string, [, from = '', subject = '']: string[]): SetMail {
  const [, name = '', address = ''] = /^from (.+) <(.+)>$/.exec(from) ?? []
  return { key, from: { name, address }, subject, text: '', files: [] }
}

/** How well queries were answered: of what was expected, how much was found; of what was found, how much was expected. */
export type Score = { queries: number; recall: number; precision: number; wrong: string[] }

/** Compares what was found with what was expected; a query that expects nothing and finds nothing is right. */
export function scoreOf(answers: readonly { query: SetQuery; found: readonly string[] }[]): Score {
  let [expected, found, both] = [0, 0, 0]
  const wrong: string[] = []
  for (const { query, found: all } of answers) {
    const keys = all.filter(key => !query.alike.includes(key))
    const right = keys.filter(key => query.expected.includes(key)).length
    expected += query.expected.length
    found += keys.length
    both += right
    if (right !== query.expected.length || right !== keys.length) {
      wrong.push(
        `${query.text}: expected ${query.expected.join(' ') || 'nothing'}, found ${keys.join(' ') || 'nothing'}`,
      )
    }
  }
  return { queries: answers.length, recall: both / expected, precision: both / found, wrong }
}
