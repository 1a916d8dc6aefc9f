import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import type { ParsedMail } from '../../src/mail/mail-types.ts'
import { parseMail, readAttachment } from '../../src/mail/parse-mail.ts'
import type { ScoredCase } from './score-set.ts'

/** What of a mail nobody would see: words read by another library that we have nowhere, and words without a fold. */
type LostWords = { name: string; lost: string[]; hidden: string }

// Plain words away from other letters: two readers may differ about a charset, never about these.
const WORD = /(?<![^\p{ASCII}])\b[a-z]{5,40}\b(?![^\p{ASCII}])/gu
const MAX_BYTES = 3_000_000

/** The mails of a set of which something would be seen nowhere. */
export async function listLostWords(
  dir: string,
  cases: readonly ScoredCase[],
): Promise<{ lost: LostWords[]; hidden: LostWords[] }> {
  const found: LostWords[] = []
  for (const { source, row } of cases.filter(one => one.row.kind === 'message')) {
    const name = `${source}/${row.file}`
    found.push(await findLostWords(name, await readFile(join(dir, name))))
  }
  return {
    lost: found.filter(one => one.lost.length > 0),
    hidden: found.filter(one => one.hidden !== ''),
  }
}

/**
 * Reads a mail with mailparser too and looks for its words in what we keep: subject, text, HTML, attached
 * files. Then it looks whether the visible words are words of the text in their order, so that a page
 * that folds the rest shows every one.
 */
async function findLostWords(name: string, raw: Buffer): Promise<LostWords> {
  const mail = await parseMail(raw)
  const kept = new Set(await keptWords(raw, mail))
  const lost = raw.length > MAX_BYTES ? [] : (await foreignWords(raw)).filter(word => !kept.has(word))
  return { name, lost: [...new Set(lost)], hidden: isInOrder(mail) ? '' : mail.visibleText }
}

async function keptWords(raw: Buffer, mail: ParsedMail): Promise<string[]> {
  const files: string[] = []
  for (const { index, filename } of mail.attachments) {
    files.push(filename, (await readAttachment(raw, index))?.bytes.toString('latin1') ?? '')
  }
  return wordsOf([mail.subject, mail.text, mail.html ?? '', ...files].join('\n'))
}

async function foreignWords(raw: Buffer): Promise<string[]> {
  const options = { skipTextToHtml: true, skipImageLinks: true, skipHtmlToText: true }
  try {
    const reading: Promise<{ text?: string | undefined }> = simpleParser(raw, options)
    return wordsOf((await reading).text ?? '')
  } catch {
    return [] // it gives up on some mails; those are read by us alone
  }
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? []
}

function isInOrder({ text, visibleText }: ParsedMail): boolean {
  const all = lettersOf(text)
  let at = 0
  for (const letter of lettersOf(visibleText)) {
    at = all.indexOf(letter, at) + 1
    if (at === 0) return false
  }
  return true
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '')
}
