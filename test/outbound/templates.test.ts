import { expect, test } from 'vitest'
import { compileTemplate, loadTemplates } from '../../src/lib/templates.ts'
import { LANGUAGES } from '../../src/shared/vocabulary.ts'

const folder = new URL('../../templates', import.meta.url).pathname

const hostile = [
  '{{constructor.constructor}}',
  '{{constructor}}',
  '{{__proto__}}',
  '{{toString}}',
  '{{lookup this "__proto__"}}',
  '{{#with "s" as |string|}}{{#with split as |conslist|}}{{this.pop}}{{/with}}{{/with}}',
  '{{{name}}}',
  '{{&name}}',
  '{{log name}}',
  '{{> partial}}',
  '{{#> layout}}{{/layout}}',
  '{{* decorator}}',
  '{{#each names}}{{../name}}{{/each}}',
  '{{@root.name}}',
  '{{config.smtp.pass}}',
  '{{name.length}}',
  '{{name other}}',
  '{{#each names}}{{#each names}}{{this}}{{/each}}{{/each}}',
  '{{#if name}}',
  '{{helperMissing}} {{blockHelperMissing name}}',
]

test.each(hostile)('a template may not say %s', source => {
  expect(() => compileTemplate(source, 'html')).toThrowError(
    expect.objectContaining({ code: 'bad-template' }),
  )
})

test('a parsed tree is refused in place of a text', () => {
  const tree: unknown = { type: 'Program', body: [] }

  expect(() => compileTemplate(tree as string, 'html')).toThrowError('a template is text')
})

test('a value that looks like a template comes out as it is, and HTML is escaped', () => {
  const values = { name: '{{config.smtp.pass}} <b>"Ann"</b> & co', names: ['{{x}}', '<i>'] }

  const html = compileTemplate('{{name}}{{#each names}}|{{this}}{{/each}}', 'html').render(values)
  const text = compileTemplate('{{name}}{{#each names}}|{{this}}{{/each}}', 'text').render(values)

  expect(html).toBe('{{config.smtp.pass}} &lt;b&gt;&quot;Ann&quot;&lt;/b&gt; &amp; co|{{x}}|&lt;i&gt;')
  expect(text).toBe('{{config.smtp.pass}} <b>"Ann"</b> & co|{{x}}|<i>')
})

test('a variable without a value is an error and never an empty place', () => {
  const template = compileTemplate('Hello {{name}}', 'text')

  expect(() => template.render({})).toThrowError('no value for name')
  expect(() => template.render(Object.create({ name: 'inherited' }))).toThrowError('no value for name')
})

test('a template that would grow over its limit is refused before it grows', () => {
  const bomb = compileTemplate('{{#each names}}{{this}}{{this}}{{this}}{{this}}{{/each}}', 'html')
  const names = Array.from({ length: 1_000 }, () => 'x'.repeat(10_000))

  expect(() => bomb.render({ names })).toThrowError('grow')
})

test.each(LANGUAGES)('every mail of ours can be written in %s', async language => {
  const templates = await loadTemplates(folder)
  const values = {
    subject: 'Re: Rechnung',
    text: 'Text',
    signature: 'Ada',
    history: '> old',
    textLines: ['Text'],
    signatureLines: ['Ada'],
    historyLines: ['old'],
    sentOn: '1.1.2030',
    author: 'Ann',
    number: '7',
    answerBy: 'Monday',
    opensAt: 'Monday',
    mailboxName: 'Support',
    name: 'Ada',
    link: 'https://desk.example.org/link/abc',
  }

  for (const name of ['reply', 'acknowledgement', 'acknowledgement-closed', 'invitation', 'password-reset']) {
    for (const part of ['subject', 'text', 'html'] as const) {
      // The subject of a reply is the ticket's.
      if (name === 'reply' && part === 'subject') continue
      expect(templates.render(name, part, language, values)).not.toBe('')
    }
  }
})

test('a reply is its text, the signature after the mark of RFC 3676, and the history under its line', async () => {
  const templates = await loadTemplates(folder)
  const values = {
    text: 'Dear Ann,\n\nyes.',
    signature: 'Ada\nSupport',
    history: '> Really?',
    sentOn: 'Jan 1',
    author: 'Ann',
  }

  const text = templates.render('reply', 'text', 'en', values)

  expect(text).toBe('Dear Ann,\n\nyes.\n\n-- \nAda\nSupport\n\nOn Jan 1, Ann wrote:\n> Really?\n')
})
