import { makeAddress } from './address.ts'
import type { StatedRecipient } from './delivery-report.ts'
import { findCodes, isVague, keptWords } from './status-codes.ts'

const MAX_LINES = 400
const MAX_LINE_CHARS = 600
const MAX_RECIPIENTS = 50
const MAX_WORDS = 2_000
const MAX_RECIPIENT_LINES = 30

/** What a bounce in plain words says, and where in the text the returned mail begins. */
export type PlainBounce = { recipients: StatedRecipient[]; words: string }

type Named = { address: string; words: string[]; line: number }

/**
 * Reads a bounce in plain words, whichever server wrote it. For mail that is known to be one only.
 *
 * Grammar: addresses that begin a line, each followed by the server's words up to an empty line (qmail,
 * Exim, Postfix, Courier, Domino, Exchange); else addresses named in a sentence ("could not be delivered
 * to <ann@…>"). Codes that stand elsewhere, as in a transcript of the session, are given to the
 * recipient they name, else to all that have none. Headers of the returned mail below are not read.
 *
 * @param own addresses the bounce was sent to: never the ones that failed
 */
export function parsePlainBounce(text: string, own: readonly string[]): PlainBounce {
  const lines = text
    .slice(0, MAX_LINES * MAX_LINE_CHARS)
    .split('\n', MAX_LINES)
    .map(line => line.slice(0, MAX_LINE_CHARS).trim())
  const said = lines.slice(0, endOfWords(lines))
  const ownKeys = new Set(own.map(address => address.toLowerCase()))
  const named = nameRecipients(said, ownKeys)
  const recipients = named.map(one => toRecipient(one, said, named))
  return { recipients, words: said.join('\n') }
}

// Where the returned mail begins, in the words of many servers.
const COPY_BEGINS =
  /^\W{0,12}(?:below this line is a copy|this is a copy of|original (?:message|mail)\b(?! (?:was|is|could|has|cannot|can|to|from|sent|received|id|size)\b)|message headers? follow|below is (?:a copy|the)|returned (?:message|mail)\b(?! (?:is|was|has|to|from|because)\b)|unsent message|undelivered message|the headers? of|message headers?\b|headers? of the|message text follows|the (?:original|following) (?:message|mail) (?:headers?|follows|as follows)|your (?:original )?(?:message|mail) (?:follows|reads|is (?:attached|below|included))|start of returned|included is a copy|copy of (?:the|your) (?:original )?message|first \d+ lines|----- ?(?:rfc|transcript of message)|begin (?:returned|original)|orginal message|original mail info|received message follows|the text of the|body of message(?! generated)|mensaje original|message d'origine|urspr(?:ü|ue)ngliche nachricht|исходное сообщение|оригинално(?:то)? съобщение|oryginalna wiadomo|messaggio originale|mensagem original|oorspronkelijk bericht|původní zpráva)/i
const HEADER_LINE =
  /^(?:received|return-path|delivered-to|x-[\w-]{2,40}|mime-version|dkim-signature|content-type|message-id): ?\S/i

/** The first line of the returned mail: a phrase that announces it, else its first run of header fields. */
function endOfWords(lines: readonly string[]): number {
  const phrase = lines.findIndex((line, at) => at > 0 && COPY_BEGINS.test(line))
  const header = lines.findIndex(
    (line, at) => HEADER_LINE.test(line) && lines.slice(at + 1, at + 12).some(next => HEADER_LINE.test(next)),
  )
  const ends = [phrase, header].filter(at => at > 0)
  return ends.length === 0 ? lines.length : Math.min(...ends)
}

// Above it Exchange says whom the mail was addressed to.
const LIST_BEGINS = /\bfollowing (?:recipient|address)(?:es|s|\(s\)|\(es\))?.{0,80}:$/i

function nameRecipients(lines: readonly string[], own: ReadonlySet<string>): Named[] {
  const begin = lines.findIndex(line => LIST_BEGINS.test(line))
  const listed =
    begin < 0
      ? []
      : findNamed(
          lines.map((line, at) => (at < begin ? '' : line)),
          own,
        )
  return listed.length > 0 ? listed : findNamed(lines, own)
}

function findNamed(lines: readonly string[], own: ReadonlySet<string>): Named[] {
  const atStart = collect(lines, own, line => LINE_START.exec(line)?.[1])
  if (atStart.length > 0) return atStart
  const inWords = collect(lines, own, (line, before) => inSentence(line, before))
  if (inWords.length > 0) return inWords
  return collect(lines, own, line => {
    const found = ANYWHERE.exec(line)?.[0] ?? ''
    return NOT_OF_IT.test(line.replace(found, '')) ? undefined : found
  })
}

const ADDRESS = String.raw`[^\s<>()\[\]"',:;=]{1,100}@[^\s<>()\[\]"',:;=@]{1,200}`
// `<a@b>:`, `a@b`, `550 <a@b>... User unknown`, `"a@b":`, `>>> a@b <a@b>`, `Recipient: <a@b>`, `To: a@b`, `1. a@b`, `* a@b`, `rfc822;a@b`
const LINE_START = new RegExp(
  String.raw`^(?:>>> ?|<<< ?|[-*•] ?|\d{1,2}[.)] ?)?(?:[45]\d\d[- ](?:[45]\.\d\.\d{1,3} )?(?=<[^<>]{1,300}>\.\.\.))?(?:(?:final[- ])?(?:recipient|rcpt)(?: address| to)?s?\b ?:? ?|(?:failed|original|e-?mail|smtp) (?:recipient|address)s?(?: is)? ?: ?|address(?:ed to)? ?: ?|user ?: ?|to ?: ?|rfc822; ?|mailto: ?)?["'<(\[]{0,2}(${ADDRESS})["'>)\]]{0,2}(?=[:;,.\s>]|$)`,
  'i',
)
const ANYWHERE = new RegExp(ADDRESS)
// Lines that name somebody else than who failed.
const NOT_OF_IT =
  /^(?:from|sender|reply-to|return-path|cc|date|subject|message-id|original sender|envelope-from)\b ?:|mail from:|\bcontact\b|postmaster|assistance|help ?desk|support|questions|administrator|envelope[- ]from|reply to|sent by|message from|your (?:address|mail from)|https?:|abuse@/i
const BEFORE_ADDRESS =
  /(?:deliver(?:ed|y|ing)?|undeliver\w*|recipient|mailbox|user(?:id)?|account|address|mail|message|size|attempts|sen[dt]|reach|e-?mail)\b[^<>@]{0,80}$|(?:доставлен|получател|адрес|достав|ящик|пользовател|wiadomo|odbiorc|adres|empf(?:ä|ae)nger|zustell|destinataire|adresse|destinatari|dirección|宛|送信先|アドレス|收件)[^<>@]{0,80}$/i

/** `Unable to deliver message to: <a@b>`, `rejected recipient <a@b> (…)`, `User mailbox exceeds allowed size: a@b` */
function inSentence(line: string, before: string): string | undefined {
  const found = ANYWHERE.exec(line)
  if (!found || NOT_OF_IT.test(line.replace(found[0], ''))) return undefined
  const lead = line.slice(Math.max(0, found.index - 120), found.index)
  return BEFORE_ADDRESS.test(lead) || (lead.length < 4 && BEFORE_ADDRESS.test(before.slice(-120)))
    ? found[0]
    : undefined
}

type Find = (line: string, before: string) => string | undefined

/** Each address found begins a recipient, whose words go on up to an empty line. */
function collect(lines: readonly string[], own: ReadonlySet<string>, find: Find): Named[] {
  const named: Named[] = []
  let open: Named | undefined
  lines.forEach((line, at) => {
    const address = foundAddress(find(line, lines[at - 1] ?? ''), own)
    if (address !== undefined) open = openRecipient(named, address, at)
    else if (line === '' && open !== undefined && open.words.length > 1) open = undefined
    if (line !== '' && open !== undefined && open.words.length < MAX_RECIPIENT_LINES) open.words.push(line)
  })
  return named
}

function foundAddress(found: string | undefined, own: ReadonlySet<string>): string | undefined {
  const address = makeAddress(null, (found ?? '').replace(/[.>\]]+$/, ''))?.address
  const isWhole = address?.includes('.', address.lastIndexOf('@')) ?? false
  return isWhole && address !== undefined && !own.has(address.toLowerCase()) ? address : undefined
}

function openRecipient(named: Named[], address: string, line: number): Named | undefined {
  const known = named.find(one => one.address === address)
  if (known || named.length >= MAX_RECIPIENTS) return known
  const added = { address, words: [], line }
  named.push(added)
  return added
}

function toRecipient(one: Named, lines: readonly string[], all: readonly Named[]): StatedRecipient {
  const own = one.words.join(' ').slice(0, MAX_WORDS)
  const codes = findCodes(own)
  const far = isVague(codes.status) ? findFarWords(one, lines, all) : ''
  const farCodes = findCodes(far)
  const status = isVague(codes.status) ? farCodes.status || codes.status : codes.status
  const isFar = status !== codes.status || (codes.replyCode === '' && far !== '')
  const words = isFar ? `${withoutAddress(own, one.address)} ${far}` : withoutAddress(own, one.address)
  return {
    address: one.address,
    originalAddress: null,
    action: 'failed',
    status,
    diagnostic: keptWords(words),
    hasAction: false,
  }
}

/** The line with codes that names the recipient, else the first below it, else the last above it. */
function findFarWords(one: Named, lines: readonly string[], all: readonly Named[]): string {
  const coded = lines
    .map((line, at) => ({ line, at, ...findCodes(line) }))
    .filter(({ status, replyCode }) => status !== '' || replyCode !== '')
  const telling = coded.filter(({ status }) => !isVague(status))
  const naming = [...telling, ...coded].find(({ line }) => line.includes(one.address))
  const others = all.filter(other => other !== one)
  const isFree = ({ line }: { line: string }) => !others.some(other => line.includes(other.address))
  const pick = (list: typeof coded) =>
    list.filter(isFree).find(({ at }) => at > one.line) ??
    list.filter(isFree).findLast(({ at }) => at < one.line)
  return (naming ?? pick(telling) ?? pick(coded))?.line ?? ''
}

/** `<a@b>: host said …` → `host said …` */
function withoutAddress(words: string, address: string): string {
  const at = words.indexOf(address)
  return at < 0 || at > 6 ? words : words.slice(at + address.length).replace(/^[\s<>"'():,;\]]+/, '')
}
