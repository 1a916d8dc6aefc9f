import { afterAll, beforeAll, expect, test } from 'vitest'
import { detectLanguage } from '../../src/mail/detect-language.ts'
import { search } from '../../src/shared/search.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { indexAll } from '../support/index-all.ts'
import { numberOfCommit } from '../support/number-of-commit.ts'
import { readSet, SET_LANGUAGES, type SetMail, type SetQuery, scoreOf } from './search-set.ts'

// All mails in all languages stand in one desk; a commit asks the queries of one language, `npm run prove:search` all.
const ASKED = process.env.PROVE === 'whole' ? SET_LANGUAGES : [SET_LANGUAGES[numberOfCommit() % 4] ?? 'en']

let desk: Desk
let owner: DeskAgent
const keys = new Map<number, string>()

beforeAll(async () => {
  desk = await startDesk()
  owner = await desk.agent('ada', { role: 'owner' })
  const mailboxId = await desk.mailbox('support@desk.test')
  for (const language of SET_LANGUAGES) {
    for (const mail of readSet(language).mails) {
      const { number } = await desk.ticket({ mailboxId, ...asMessage(mail) })
      keys.set(number, mail.key)
    }
  }
  await indexAll(desk.ground)
})

afterAll(async () => await desk.stop())

function asMessage({ from, subject, text, files }: SetMail) {
  const attachments = files.map((filename, partIndex) => ({
    partIndex,
    filename,
    sizeBytes: 1,
    contentId: null,
    isInline: false,
    blobId: null,
    contentType: filename.endsWith('.pdf') ? 'application/pdf' : 'image/jpeg',
  }))
  return { from, subject, text, visibleText: text, language: detectLanguage(text), attachments }
}

for (const language of ASKED) {
  test(`what people look for in ${language} is found, and little else`, async () => {
    const { queries } = readSet(language)

    const answers: { query: SetQuery; found: string[] }[] = []
    for (const query of queries) {
      const { data } = await owner.call(search, { query: { q: query.text } })
      answers.push({ query, found: [...new Set(data.map(hit => keys.get(hit.number) ?? '?'))] })
    }

    const score = scoreOf(answers)
    const percent = (share: number) => `${(share * 100).toFixed(1)} %`
    process.stdout.write(
      `${language}: ${score.queries} queries, recall ${percent(score.recall)}, precision ${percent(score.precision)}\n${score.wrong.map(line => `  ${line}\n`).join('')}`,
    )
    expect(score.recall).toBeGreaterThanOrEqual(0.95)
    expect(score.precision).toBeGreaterThanOrEqual(0.9) // bg and ru share words and endings
  })
}
