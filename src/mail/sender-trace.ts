import receivedLines from 'mailauth/lib/parse-received.js'
import { parseAuthenticationResults, type ServerResults } from './authentication-results.ts'
import { cleanLine } from './clean-line.ts'
import { allValues, type HeaderField } from './header-fields.ts'

/** An Authentication-Results field: who claims what, and where in the header it stands. */
export type ServerVerdict = ServerResults & {
  /** Its place among all fields, counted from the top. */
  at: number
  /** The field's value on one line, at most 200 characters, for people. */
  words: string
}

/** One Received field: a server that took the mail, and from whom. Host names in lower case. */
export type Hop = {
  at: number
  by: string | null
  /** The name the client gave itself. */
  helo: string | null
  /** The address the connection came from; null where the line does not tell. */
  ip: string | null
  protocol: string
  /** The envelope sender, where the line tells. */
  mailFrom: string | null
}

/** The domain and selector of one signature: where its key is published. */
export type KeyName = { domain: string; selector: string }

/**
 * What the header says about who sent the mail, as claims: everything below the lines of our own servers
 * may be written by the sender. Everything topmost first.
 */
export type SenderTrace = {
  verdicts: ServerVerdict[]
  hops: Hop[]
  /** The topmost Return-Path and its place; `address` is '' for the null sender. */
  returnPath: { at: number; address: string } | null
  /** Keys of the DKIM signatures; none where there are more than ten, which no honest mail has. */
  signatures: KeyName[]
  /** Keys of the ARC chain (RFC 8617 §4.1); none where the mail has no chain, or one of more than ten sets. */
  seals: KeyName[]
}

const MAX_FIELDS = 10 // of each kind
const MAX_SEAL_FIELDS = 20 // two to a set
const MAX_LINE_CHARS = 2_000
const DOMAIN = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]{0,251}[\p{L}\p{N}_])?$/u

/** Reads the fields that tell where a mail comes from. Bounded whatever the header holds; nothing is verified. */
export function readSenderTrace(fields: HeaderField[]): SenderTrace {
  const placed = fields.map((field, at) => ({ ...field, at }))
  const of = (name: string) => placed.filter(field => field.name === name).slice(0, MAX_FIELDS)
  const returnPath = of('return-path')[0]
  return {
    verdicts: of('authentication-results').map(({ at, value }) => ({
      ...parseAuthenticationResults(value),
      at,
      words: cleanLine(value, 200),
    })),
    hops: of('received').map(readHop),
    returnPath: returnPath ? { at: returnPath.at, address: addressIn(returnPath.value) } : null,
    signatures: keyNames(allValues(fields, 'dkim-signature'), MAX_FIELDS),
    seals: keyNames(
      [...allValues(fields, 'arc-seal'), ...allValues(fields, 'arc-message-signature')],
      MAX_SEAL_FIELDS,
    ),
  }
}

function readHop({ at, value }: HeaderField & { at: number }): Hop {
  const line = `Received: ${value.slice(0, MAX_LINE_CHARS)}`
  const read = receivedLines.parseReceived(line) || {}
  const ip = receivedLines.getClientAddress(read['from']) || null
  const envelope = read['envelope-from']?.value
  return {
    at,
    by: hostName(read['by']?.value),
    helo: hostName(read['from']?.value),
    ip,
    protocol: cleanLine(read['with']?.value ?? '', 60).toLowerCase(),
    mailFrom: envelope === undefined ? null : addressIn(envelope),
  }
}

function hostName(text: string | undefined): string | null {
  const host = text?.split(/\s/)[0]?.toLowerCase().replace(/\.$/, '') ?? ''
  return DOMAIN.test(host) ? host : null
}

/** What stands in the angle brackets, or all of it; '' for the null sender. */
function addressIn(text: string): string {
  const cut = text.slice(0, MAX_LINE_CHARS)
  const opened = cut.lastIndexOf('<')
  const closed = cut.indexOf('>', opened)
  return cleanLine(opened >= 0 && closed > opened ? cut.slice(opened + 1, closed) : cut, 320).trim()
}

function keyNames(values: string[], limit: number): KeyName[] {
  if (values.length > limit) return []
  const names = values.flatMap(value => {
    const domain = tagOf(value, 'd')
    const selector = tagOf(value, 's')
    return domain && selector ? [{ domain, selector }] : []
  })
  return names.filter(
    (one, index) =>
      names.findIndex(other => other.domain === one.domain && other.selector === one.selector) === index,
  )
}

/** One tag of a tag list (RFC 6376 §3.2), as a domain name; undefined for anything else. */
function tagOf(value: string, name: string): string | undefined {
  for (const tag of value.slice(0, 4 * MAX_LINE_CHARS).split(';')) {
    const equals = tag.indexOf('=')
    if (equals < 0 || tag.slice(0, equals).trim().toLowerCase() !== name) continue
    const text = tag
      .slice(equals + 1)
      .replace(/\s+/g, '')
      .toLowerCase()
    return DOMAIN.test(text) ? text : undefined
  }
  return undefined
}
