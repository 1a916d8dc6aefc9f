import { Parser } from 'htmlparser2'

/** A server that a provider's own description names; always with encryption. */
export type DescribedServer = { host: string; port: number; security: 'tls' | 'starttls' }

/** What a description says of one address. `username` is null where it says nothing we can use. */
export type Autoconfig = {
  name: string | null
  imap: DescribedServer[]
  smtp: DescribedServer[]
  username: string | null
}

type Draft = { kind: string; fields: Map<string, string[]> }

/** Larger descriptions are none: real ones have 1 to 9 kB. */
export const MAX_AUTOCONFIG_CHARS = 64_000

const MAX_SERVERS = 6
const SECURITY: Readonly<Record<string, DescribedServer['security']>> = { SSL: 'tls', STARTTLS: 'starttls' }
// Sign-ins by which a password, sent over an encrypted connection, is taken.
const PASSWORD_WAYS = ['password-cleartext', 'plain', 'password-encrypted', 'secure']
const HOST = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9-]{2,}$/

/**
 * Reads a Thunderbird description of a provider (config-v1.1.xml, as `autoconfig.DOMAIN` serves it), or
 * undefined when it is none. Servers without encryption, for POP3 or without a password are left out.
 * There are no entities: a document that declares any is none.
 *
 * @param address whose placeholders (`%EMAILLOCALPART%`) are filled in
 */
export function readAutoconfig(xml: string, address: string): Autoconfig | undefined {
  if (xml.length > MAX_AUTOCONFIG_CHARS || /<!(?:DOCTYPE|ENTITY)/i.test(xml)) return undefined
  const { isConfig, name, drafts } = walk(xml)
  if (!isConfig) return undefined
  const imap = drafts.filter(({ kind }) => kind === 'imap')
  const smtp = drafts.filter(({ kind }) => kind === 'smtp')
  const username = fill(imap[0]?.fields.get('username')?.[0] ?? '', address)
  return {
    name,
    imap: imap.flatMap(draft => toServer(draft, address)).slice(0, MAX_SERVERS),
    smtp: smtp.flatMap(draft => toServer(draft, address)).slice(0, MAX_SERVERS),
    username: username === '' || username.includes('%') ? null : username,
  }
}

type Walk = { isConfig: boolean; name: string | null; drafts: Draft[] }

function walk(xml: string): Walk {
  const found: Walk = { isConfig: false, name: null, drafts: [] }
  let draft: Draft | undefined
  let words = ''
  const parser = new Parser(
    {
      onopentag(tag, { type = '' }) {
        words = ''
        if (tag === 'clientConfig') found.isConfig = true
        if (tag === 'incomingServer' || tag === 'outgoingServer') draft = { kind: type, fields: new Map() }
      },
      ontext(text) {
        words += text
      },
      onclosetag(tag) {
        const value = words.trim()
        words = ''
        if (draft !== undefined && (tag === 'incomingServer' || tag === 'outgoingServer')) {
          found.drafts.push(draft)
          draft = undefined
        } else if (draft !== undefined) {
          draft.fields.set(tag, [...(draft.fields.get(tag) ?? []), value])
        } else if (tag === 'displayName') {
          found.name ??= shortName(value)
        }
      },
    },
    { xmlMode: true, decodeEntities: true },
  )
  parser.end(xml)
  return found
}

function toServer({ fields }: Draft, address: string): DescribedServer[] {
  const only = (field: string) => fields.get(field)?.[0] ?? ''
  const host = fill(only('hostname'), address).toLowerCase().replace(/\.$/, '')
  const port = /^\d{1,5}$/.test(only('port')) ? Number(only('port')) : 0
  const security = SECURITY[only('socketType')]
  const ways = fields.get('authentication') ?? []
  const takesPassword = ways.length === 0 || ways.some(way => PASSWORD_WAYS.includes(way))
  const isPort = port >= 1 && port <= 65_535
  return security !== undefined && takesPassword && isPort && HOST.test(host)
    ? [{ host, port, security }]
    : []
}

function fill(template: string, address: string): string {
  const at = address.lastIndexOf('@')
  return template
    .replaceAll('%EMAILADDRESS%', address)
    .replaceAll('%EMAILLOCALPART%', address.slice(0, at))
    .replaceAll('%EMAILDOMAIN%', address.slice(at + 1))
    .slice(0, 320)
}

/** A name that a stranger chose: one line, not long. */
function shortName(name: string): string | null {
  const line = name.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()
  return line === '' ? null : line.slice(0, 60)
}
