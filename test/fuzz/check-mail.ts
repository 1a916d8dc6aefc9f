import { cleanHtml } from '../../src/mail/clean-html.ts'
import { htmlToPlainText } from '../../src/mail/html-text.ts'
import type { ParsedMail } from '../../src/mail/mail-types.ts'
import { readMimeTree } from '../../src/mail/mime-tree.ts'
import { parseMail, readAttachment } from '../../src/mail/parse-mail.ts'
import { splitReply } from '../../src/mail/split-reply.ts'
import { linkify } from '../../src/web/ui/linkify.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what must be absent
const UNWANTED = /[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/
const FOREIGN =
  /<(?:script|style|iframe|form|input|svg|math|meta|link|base|object)\b|<[^>]{0,2000} on\w+=|javascript:/i
const MAX_FILES = 20

/**
 * Takes bytes through everything that reads strangers' mail and gives the promises that were broken; an
 * exception is a fault of its own.
 */
export async function findFaults(raw: Buffer): Promise<string[]> {
  const faults: string[] = []
  const mail = await parseMail(raw)
  const fault = (name: string, isBroken: boolean): void => {
    if (isBroken) faults.push(name)
  }
  // The reader catches its own faults and reads the headers alone: the mail is not lost, and the fault hidden.
  fault(
    'reader gave up',
    mail.defects.includes('could-not-be-fully-parsed') && !readMimeTree(raw).isCut && raw.includes(0x0a),
  )
  fault('NUL', JSON.stringify(mail).includes('\\u0000'))
  fault(
    'control in a line',
    oneLiners(mail).some(text => UNWANTED.test(text)),
  )
  fault(
    'not well-formed',
    textsOf(mail).some(text => !text.isWellFormed()),
  )
  fault('mail key', !/^[0-9a-f]{64}$/.test(mail.mailKey))
  fault(
    'file name',
    mail.attachments.some(file => /[/\\]/.test(file.filename) || file.filename === ''),
  )
  fault('unclean HTML', FOREIGN.test(withoutValues(mail.html ?? '')))
  fault('visible words are none of the text', !isInOrder(mail.visibleText, mail.text))
  for (const { index, sizeBytes } of mail.attachments.slice(0, MAX_FILES)) {
    const file = await readAttachment(raw, index)
    fault('attachment', file === undefined || file.bytes.length !== sizeBytes)
  }
  faults.push(...checkTexts(raw, mail))
  return faults
}

/** The functions that meet text outside the reader too: the page's, and the cleaner on any bytes. */
function checkTexts(raw: Buffer, mail: ParsedMail): string[] {
  const text = raw.toString('latin1')
  const clean = cleanHtml(text)
  const linked = linkify(mail.text)
  const again = splitReply(mail.text).visibleText
  return [
    ...(FOREIGN.test(withoutValues(clean ?? '')) ? ['unclean HTML of raw bytes'] : []),
    ...(typeof htmlToPlainText(text) === 'string' ? [] : ['no text of HTML']),
    ...(linked.map(part => part.text).join('') === mail.text ? [] : ['linkify changes the text']),
    ...(isInOrder(again, mail.text) ? [] : ['split words are none of the text']),
  ]
}

function withoutValues(html: string): string {
  return html.replace(/="[^"]*"/g, '=""').replace(/>[^<]*/g, '>')
}

function oneLiners(mail: ParsedMail): string[] {
  const people = [mail.from, mail.sender, ...mail.replyTo, ...mail.to, ...mail.cc]
  const names = people.flatMap(one => (one ? [one.name ?? '', one.address] : []))
  const files = mail.attachments.flatMap(file => [file.filename, file.contentType, file.contentId ?? ''])
  const ids = [mail.internetMessageId ?? '', ...mail.inReplyTo, ...mail.references]
  const report = mail.deliveryReport
  const said = report?.recipients.flatMap(one => [one.address, one.status, one.diagnostic]) ?? []
  return [mail.subject, mail.snippet, ...names, ...files, ...ids, ...mail.recipientAddresses, ...said]
}

function textsOf(mail: ParsedMail): string[] {
  return [...oneLiners(mail), mail.text, mail.visibleText, mail.html ?? '', mail.letterdeskRef ?? '']
}

function isInOrder(words: string, text: string): boolean {
  let place = 0
  for (const line of words
    .split('\n')
    .map(one => one.trim())
    .filter(one => one !== '')) {
    const found = text.indexOf(line, place)
    if (found < 0) return false
    place = found + line.length
  }
  return true
}
