import ipaddr from 'ipaddr.js'
import type { Hop, SenderTrace } from './sender-trace.ts'

/** Who handed the mail to our side, as far as SPF asks. */
export type SenderPath = {
  ip: string
  helo: string
  /** '' for the null sender. */
  mailFrom: string
  /** The line is of a server we know as ours, so a path that does not fit counts against the sender. */
  isCertain: boolean
}

// Ranges of addresses from inside a house (RFC 6890).
const LOCAL_RANGES = ['loopback', 'private', 'linkLocal', 'uniqueLocal', 'carrierGradeNat']

/**
 * The step by which the mail came to our side, or undefined where no line tells (RFC 7208 §2.4 needs the
 * client of the border server).
 *
 * The topmost Received line is always our own server's, and so is the next one as long as the client of the
 * one above was local: a delivery inside the house. The first client with a public address stands in a
 * line of ours, then, whatever the sender wrote further down. It may still be a relay of ours: only where
 * the line is of a known server does a path that does not fit speak against the sender.
 *
 * @param isOurHost tells host names of the mailbox's own servers, in lower case
 */
export function findSenderPath(
  trace: SenderTrace,
  isOurHost: (host: string) => boolean,
): SenderPath | undefined {
  const border = trace.hops.find(hop => !isInside(hop))
  if (border === undefined || border.ip === null) return undefined
  const { ip, by, at } = border
  const returnPath = trace.returnPath !== null && trace.returnPath.at < at ? trace.returnPath : null
  const mailFrom = returnPath?.address ?? border.mailFrom
  if (mailFrom === null) return undefined
  return { ip, helo: border.helo ?? `[${ip}]`, mailFrom, isCertain: by !== null && isOurHost(by) }
}

function isInside(hop: Hop): boolean {
  return hop.ip === null ? isHandover(hop) : isLocal(hop.ip)
}

/** A line without an address by which a server passes a mail on to itself, as to its mail store. */
function isHandover(hop: Hop): boolean {
  return hop.helo === null || /^(?:lmtp|local|mapi|https?)/.test(hop.protocol)
}

function isLocal(ip: string): boolean {
  return ipaddr.isValid(ip) && LOCAL_RANGES.includes(ipaddr.process(ip).range())
}
