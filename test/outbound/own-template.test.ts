import { expect, test } from 'vitest'
import { checkTemplate, type TemplateContent, writeOwnMail } from '../../src/outbound/own-template.ts'
import { MAX_TEMPLATE_CHARS } from '../../src/shared/template-variables.ts'
import { cpuMsOf } from '../mail/cpu-time.ts'

const words = (text: string, more: Partial<TemplateContent> = {}): TemplateContent => ({
  subject: 'Ticket {{number}}',
  text,
  html: null,
  ...more,
})

const ack = (text: string, more?: Partial<TemplateContent>) =>
  checkTemplate('acknowledgement', words(text, more))
const reply = (text: string, html: string | null = null) => checkTemplate('reply', words(text, { html }))

const vectors: [string, string][] = [
  ['{{constructor.constructor}}', 'not-allowed'],
  ['{{constructor}}', 'not-allowed'],
  ['{{__proto__}}', 'not-allowed'],
  ['{{toString}}', 'not-allowed'],
  ['{{#if hasOwnProperty}}x{{/if}}', 'not-allowed'],
  ['{{lookup this "__proto__"}}', 'not-allowed'],
  ['{{#with "s" as |string|}}{{#with split as |list|}}{{this.pop}}{{/with}}{{/with}}', 'not-allowed'],
  ['{{this.push (lookup string.sub "constructor")}}', 'not-allowed'],
  ['{{{number}}}', 'raw-output'],
  ['{{&number}}', 'raw-output'],
  ['{{~& number}}', 'raw-output'],
  ['{{log number}}', 'not-allowed'],
  ['{{log "x" level="error"}}', 'not-allowed'],
  ['{{> partial}}', 'not-allowed'],
  ['{{#> layout}}{{/layout}}', 'not-allowed'],
  ['{{* decorator}}', 'not-allowed'],
  ['{{#* inline "x"}}{{/inline}}', 'not-allowed'],
  ['{{config.smtp.pass}}', 'not-allowed'],
  ['{{@root.number}}', 'not-allowed'],
  ['{{../number}}', 'not-allowed'],
  ['{{number.length}}', 'not-allowed'],
  ['{{[number]}}', 'not-allowed'],
  ['{{number other}}', 'not-allowed'],
  ['{{{{raw}}}}{{number}}{{{{/raw}}}}', 'raw-output'],
  ['\\{{number}}', 'not-allowed'],
  ['{{helperMissing}}', 'unknown-variable'],
  ['{{subject}}', 'unknown-variable'],
  ['{{customerName}}', 'unknown-variable'],
  ['{{#if number}}', 'unclosed-block'],
  ['{{/if}}', 'unopened-block'],
  ['{{#if number}}{{/unless}}', 'unopened-block'],
  ['{{else}}', 'unopened-block'],
  ['{{number', 'unclosed-tag'],
  ['{{number }', 'unclosed-tag'],
  ['{{!-- never closed }}', 'unclosed-tag'],
  ['{{!-- short --~}}', 'not-allowed'],
  ['{{!-- --~}}{{text (a)}} --}}', 'not-allowed'],
  ['{{! short ~}}', 'not-allowed'],
  ['{{this}}', 'this-outside-list'],
  ['{{#each number}}{{this}}{{/each}}', 'text-as-list'],
  ['{{#if number}}'.repeat(6) + '{{/if}}'.repeat(6), 'too-deep'],
  ['{{number}}'.repeat(501), 'too-many-tags'],
  ['x'.repeat(MAX_TEMPLATE_CHARS + 1), 'too-long'],
]

test.each(vectors)('own words are refused at save: %s', (source, code) => {
  expect(ack(source)[0]).toMatchObject({ part: 'text', code })
})

test('a parsed tree in place of a text is refused by the API schema, and a number or an object as well', () => {
  const tree: unknown = { type: 'Program', body: [] }

  expect(() => ack(tree as string)).toThrow()
})

test('an unknown variable is refused with its line and column, each one', () => {
  const problems = ack('Hello {{name}},\n\nnumber {{number}}\n  {{#if surname}}{{title}}{{/if}}')

  expect(problems.map(({ code, line, column, name }) => [code, line, column, name])).toEqual([
    ['unknown-variable', 1, 7, 'name'],
    ['unknown-variable', 4, 3, 'surname'],
    ['unknown-variable', 4, 18, 'title'],
  ])
})

test('the words of a reply hold what the agent wrote, outside of every condition', () => {
  const missing = { code: 'missing-variable', name: 'text' }

  expect(reply('Kind regards')).toMatchObject([missing])
  expect(reply('{{#if signature}}{{text}}{{/if}}')).toMatchObject([missing])
  expect(reply('{{text}}', '<p>Hello</p>')).toMatchObject([{ ...missing, part: 'html' }])
  expect(reply('{{text}}', '{{#each textLines}}x{{/each}}')).toMatchObject([missing])
  expect(reply('{{text}}', '{{#each textLines}}{{this}}<br>{{/each}}')).toEqual([])
})

test.each([
  ['<a href="{{mailboxName}}">x</a>', 'inside-html-tag'],
  ['<p title={{mailboxName}}>x</p>', 'inside-html-tag'],
  ['<p {{#if number}}class="x"{{/if}}>x</p>', 'inside-html-tag'],
  ['<{{mailboxName}}>', 'inside-html-tag'],
  ['<style>p { color: {{mailboxName}} }</style>', 'inside-html-tag'],
  ['<!-- {{mailboxName}} -->', 'inside-html-tag'],
  ['<p title="{{mailboxName}}', 'inside-html-tag'],
  ['<p lang={{language}}>x</p>', 'inside-html-tag'],
  ['<!-- > {{mailboxName}} -->', 'inside-html-tag'],
  ['<!--> {{mailboxName}} -->', 'forbidden-html'],
  ['<!-- --!><script>x</script> -->', 'forbidden-html'],
  ['<!--[if IE]><script>x</script><![endif]-->', 'forbidden-html'],
  ['<p ="><a title=">" href={{mailboxName}}>', 'forbidden-html'],
  ["<!x '><a title='>' href={{mailboxName}}>", 'forbidden-html'],
  ["<style><x y='</style><a title='></style>' href={{mailboxName}}>", 'inside-html-tag'],
  ['<style>p {}</style x=">">{{mailboxName}}', 'forbidden-html'],
  ['<noscript><p title="</noscript>{{mailboxName}}">x</p>', 'forbidden-html'],
  ['<script>x</script>', 'forbidden-html'],
  ['<img src=x onerror=alert(1)>', 'forbidden-html'],
  ['<a href="javascript:alert(1)">x</a>', 'forbidden-html'],
  ['<iframe src="https://evil.example"></iframe>', 'forbidden-html'],
])('own HTML is refused at save: %s', (html, code) => {
  const problems = ack('x', { html })

  expect(problems.map(problem => problem.code)).toContain(code)
})

test.each([
  '{{#each historyLines}}<a href="{{this}}">x</a>{{/each}}',
  '{{#each historyLines}}<style>{{this}}</style>{{/each}}',
  '{{#each historyLines}}<p {{this}}>x</p>{{/each}}',
  '{{#each historyLines}}<!-- > {{this}} -->{{/each}}',
])('a line of a list may stand between tags only: %s', html => {
  expect(reply('{{text}}', `{{text}}${html}`)).toMatchObject([
    { code: 'inside-html-tag', name: 'this', line: 1 },
  ])
})

test('a comment of HTML may hold an apostrophe', () => {
  expect(ack('x', { html: "<!-- don't > --><p>{{number}}</p>" })).toEqual([])
})

test('the language may stand in quotes, and values between tags', () => {
  const html = '<html lang="{{language}}"><style>p { color: red }</style><p>{{number}} &lt; 5 < 6</p></html>'

  expect(ack('x', { html })).toEqual([])
})

test('a mail that would grow too large with long words in it is refused at save', () => {
  expect(reply('{{text}}\n'.repeat(5))).toEqual([])
  expect(reply('{{text}}\n'.repeat(60))).toMatchObject([{ part: 'text', code: 'too-large' }])
  expect(reply('{{text}}', `{{#each textLines}}{{this}}${'x'.repeat(6_000)}{{/each}}`)).toMatchObject([
    { part: 'html', code: 'too-large' },
  ])
})

test('the largest mail that own words may write takes no more than 50 ms', async () => {
  const line = `"${'<b>&'.repeat(20)}`
  const textLines = Array.from({ length: 4_000 }, () => line)
  const values = { text: textLines.join('\n'), textLines, language: 'en' }
  const write = () =>
    writeOwnMail('reply', words('{{text}}', { html: '{{#each textLines}}{{this}}{{this}}{{/each}}' }), values)

  const written = write()
  const costs = [await cpuMsOf(write), await cpuMsOf(write), await cpuMsOf(write), await cpuMsOf(write)]

  expect(written).toMatchObject({ html: expect.any(String) })
  expect('html' in written ? written.html.length : 0).toBeGreaterThan(1_500_000)
  expect(Math.min(...costs)).toBeLessThan(50)
})

test('what is refused costs no more than what is saved: no source makes the reader slow', async () => {
  const chars = MAX_TEMPLATE_CHARS
  const hostile = [
    `{{a ${'(b '.repeat(chars / 8)}${')'.repeat(chars / 8)}}}`,
    '{{#if number}}'.repeat(chars / 14),
    '{{'.repeat(chars / 2),
    '{'.repeat(chars),
    '{{!--'.repeat(chars / 5),
    `{{!-- --~}}{{text ${'(a '.repeat(chars / 8)}${')'.repeat(chars / 8)}}} --}}`,
    `{{!-- --~}}${'{{#if number}}'.repeat(400)}${'{{/if}}'.repeat(400)} --}}`,
    `{{!-- ${'--~'.repeat(chars / 4)}`,
    `{{${' '.repeat(chars - 4)}}}`,
    '\\{{'.repeat(chars / 3),
    '{{number}}'.repeat(500),
    `{{#if number}}${' '.repeat(chars / 2)}{{/if}}`,
    '{{#if number}}\n{{/if}}\n'.repeat(250),
    '<'.repeat(chars),
    `<p ${' on'.repeat(chars / 4)}`,
  ]

  const costs = await Promise.all(
    hostile.map(async text => await cpuMsOf(() => ack('x', { html: text, text }))),
  )

  expect(Math.max(...costs)).toBeLessThan(250)
})

test('the HTML of words without HTML says the same, escaped, with the quoted mail in a blockquote', () => {
  const text = 'Hi <b>!\n{{text}}\n{{#if history}}\n\n{{author}}:\n{{history}}\n{{/if}}'
  const values = {
    text: 'a\n{{number}} <i>',
    textLines: ['a', '{{number}} <i>'],
    history: '> old',
    historyLines: ['old'],
    author: 'Ann <script>',
    language: 'en',
  }

  const mail = writeOwnMail('reply', words(text), values)

  expect(mail).toMatchObject({
    subject: null,
    text: 'Hi <b>!\na\n{{number}} <i>\n\nAnn <script>:\n> old\n',
    html: expect.stringContaining(
      'Hi &lt;b&gt;!<br>\n<div style="white-space: pre-wrap">a<br>{{number}} &lt;i&gt;<br></div>\n',
    ),
  })
  expect(mail).toMatchObject({
    html: expect.stringMatching(/Ann &lt;script&gt;:<br>\n<blockquote[^>]*>old<br>/),
  })
})

test('a subject is one line, and words that leave none of it are a fault', () => {
  const subject = (value: string) =>
    writeOwnMail('acknowledgement', words('x', { subject: '{{mailboxName}}' }), {
      mailboxName: value,
      language: 'en',
    })

  expect(subject('A\r\nBcc: evil@example.org')).toMatchObject({ subject: 'A Bcc: evil@example.org' })
  expect(subject(' \u200b ')).toMatchObject({ fault: expect.stringContaining('subject') })
})
