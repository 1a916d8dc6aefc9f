import { parseAddressList } from '../../src/mail/address-list.ts'
import { cleanHtml } from '../../src/mail/clean-html.ts'
import { decodeHeaderText } from '../../src/mail/encoded-words.ts'
import { htmlToPlainText } from '../../src/mail/html-text.ts'
import { listMessageIds } from '../../src/mail/message-id.ts'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { readRtf } from '../../src/mail/rtf-text.ts'
import { splitReply } from '../../src/mail/split-reply.ts'
import { takeTextFiles } from '../../src/mail/text-files.ts'
import { linkify } from '../../src/web/ui/linkify.ts'
import { type Growth as Measured, measureGrowthOf } from '../mail/growth.ts'

/** How long one function took on a text and on twice the text, and the text's making. */
export type Growth = Measured & { subject: string; shape: string }

type Subject = { name: string; run: (text: string) => unknown; shapes: readonly string[] }

const GENERAL = [
  '\n',
  '\r',
  ' ',
  '-',
  '_',
  '>',
  '<',
  '"',
  '(',
  '[',
  ':',
  'a@',
  '=?',
  '&#',
  '\t',
  'Ж',
  '\u00a0',
]
const WORDS = [
  ...['On ', 'Re: ', '> a\n', 'From: x\n', 'On 1 Jan 2024 at 10:00\n', '________________________________\n'],
  ...['-- \n', 'a@b.test wrote:\n', 'Sent from my \n', '-----Original Message-----\n', '>>>> \n', 'w dniu '],
  ...['http://', 'https://a.test/(', 'mailto:a@', 'a@b:', 'www.', 'a.b.c.', 'x,;:!?)', 'On a, b <c@d> \n'],
]
const HTML = [
  '<',
  '<p>',
  '<div ',
  '<a href="',
  '<!--',
  '</',
  '<b><',
  '&amp',
  '<blockquote>',
  '<td><table>',
  '<![CDATA[',
  '<style>',
  "<p title='",
  '<br/>\n',
]
const ADDRESSES = [
  'a@b.test,',
  '<',
  '"',
  '(',
  'a:',
  ';',
  '\\"',
  '"a" <',
  '=?utf-8?q?a?= ',
  ',',
  '<a@b',
  'a b ',
  '(\\',
  '@a,',
]

const KNOWN = 'Please tell us the number of your order, and we shall look.\n'
// A line of each between others: what looks like the beginning of a file in a text and never ends.
const FILES = [
  'begin 644 a\n',
  '=ybegin size=1 name=a\n',
  '=yend',
  'z=yend ',
  '=ypart \n',
  'M  \n',
  '`\n',
  'end\n',
]
const RTF = [
  "\\'e1",
  "\\'e1\\~",
  "{\\'e1}",
  '{',
  '}',
  '\\u9?',
  '\\f1 ',
  "\\ansicpg437\\'e1",
  '\\bin1 x',
  '\\*\\x ',
  '\\htmlrtf ',
]

const SUBJECTS: readonly Subject[] = [
  { name: 'splitter', run: splitReply, shapes: [...GENERAL, ...WORDS] },
  {
    name: 'splitter beside the mail it answers',
    run: text => splitReply(text, { known: [KNOWN, text] }),
    shapes: [...GENERAL, ...WORDS, KNOWN, '[cid:', '[image:', 'mailto:'],
  },
  { name: 'linkifier', run: linkify, shapes: [...GENERAL, ...WORDS] },
  {
    name: 'address parser',
    run: text => parseAddressList(text, same => same),
    shapes: [...GENERAL, ...ADDRESSES],
  },
  {
    name: 'header words',
    run: text => decodeHeaderText(text, null),
    shapes: [...GENERAL, '=?utf-8?q?a?= ', '=?utf-8?b?', '?='],
  },
  { name: 'message ids', run: listMessageIds, shapes: [...GENERAL, '<a@b>', '<a', 'a@b ', '<>'] },
  {
    name: 'files in text',
    run: text => takeTextFiles(Buffer.from(` =yend \n${'=ybegin size=1 name=a\n'.repeat(1_000)}${text}`)),
    shapes: [...GENERAL, ...FILES],
  },
  {
    name: 'RTF',
    run: text => readRtf(Buffer.from(`{\\rtf1\\ansi ${text}`)),
    shapes: [...GENERAL, ...RTF],
  },
  { name: 'text of HTML', run: htmlToPlainText, shapes: [...GENERAL, ...HTML] },
  { name: 'HTML cleaner', run: text => cleanHtml(text.slice(0, MAX_CHARS)), shapes: [...GENERAL, ...HTML] },
]

const MAX_CHARS = 1_000_000

/**
 * Measures by CPU time whether twice the text takes more than 2.5 times as long, on the worst texts known
 * for each function, up to 1 MB, and on mails that carry them as a header, as text and as HTML.
 *
 * @param options.share every which case is measured, beginning with which
 */
export async function measureGrowth(
  options: { chars?: number; share?: { every: number; from: number } } = {},
): Promise<Growth[]> {
  const { every, from } = options.share ?? { every: 1, from: 0 }
  const cases = [...SUBJECTS, ...mailSubjects()].flatMap(subject =>
    subject.shapes.map(shape => ({ subject, shape })),
  )
  const growths: Growth[] = []
  for (const [index, { subject, shape }] of cases.entries()) {
    if (index % every === from % every)
      growths.push(await growthOf(subject, shape, options.chars ?? MAX_CHARS))
  }
  return growths
}

/** A whole mail of it, read as strangers' mail is. */
function mailSubjects(): Subject[] {
  const shapes = [...new Set([...GENERAL, ...WORDS, ...HTML, ...ADDRESSES])]
  const mail = (head: string, body: string) => parseMail(Buffer.from(`${head}\r\n\r\n${body}`))
  const field = (text: string) => text.replace(/\n/g, '\r\n ')
  return [
    {
      name: 'mail: header',
      run: text => mail(`From: ${field(text)}\r\nSubject: ${field(text)}\r\nReferences: ${field(text)}`, 'x'),
      shapes,
    },
    { name: 'mail: text', run: text => mail('From: a@b.test', text), shapes },
    { name: 'mail: HTML', run: text => mail('From: a@b.test\r\nContent-Type: text/html', text), shapes },
    {
      name: 'mail: daemon',
      run: text => mail('From: MAILER-DAEMON@b.test\r\nSubject: Undelivered mail returned to sender', text),
      shapes,
    },
    {
      name: 'mail: report',
      run: text =>
        mail(
          'From: MAILER-DAEMON@b.test\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b',
          `--b\r\nContent-Type: message/delivery-status\r\n\r\n${text}\r\n--b--`,
        ),
      shapes,
    },
    {
      name: 'mail: calendar',
      run: text =>
        mail(
          'From: a@b.test\r\nContent-Type: text/calendar',
          `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:${text}`,
        ),
      shapes,
    },
    {
      name: 'mail: winmail.dat',
      run: text =>
        mail(
          'From: a@b.test\r\nContent-Type: application/ms-tnef; name=winmail.dat',
          `\x78\x9f\x3e\x22${text}`,
        ),
      shapes,
    },
    {
      name: 'mail: parts',
      run: text => mail('From: a@b.test\r\nContent-Type: multipart/mixed; boundary=b', `--b\r\n${text}`),
      shapes: [...shapes, '--b\r\n', '--b\r\n\r\n', '\r\n--b', 'Content-Type: text/html\r\n'],
    },
  ]
}

async function growthOf(subject: Subject, shape: string, chars: number): Promise<Growth> {
  const build = (size: number): string => shape.repeat(Math.ceil(size / shape.length)).slice(0, size)
  const [half, whole] = [build(chars / 2), build(chars)]
  return { subject: subject.name, shape, ...(await measureGrowthOf(subject.run, { half, whole })) }
}
