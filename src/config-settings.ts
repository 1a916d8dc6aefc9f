import { LOG_LEVELS, type LogLevel } from './lib/log.ts'
import {
  type IntakePlace,
  type Parsed,
  parseBaseUrl,
  parseDnsServers,
  parseHosts,
  parseListenAddress,
  parseMailIntake,
  parseNetworks,
  parsePostgresUrl,
  parseSecretKey,
  parseText,
  parseToken,
  parseWholeNumber,
  parseWord,
  parseWords,
} from './lib/parse-setting.ts'
import { NODE_ROLES, type NodeRole } from './shared/vocabulary.ts'

/** One setting of the environment, declared once: the reader and both documents are made from it. */
export type Setting<Value> = {
  /** What holds when it is unset, read by the same parser; null: nothing holds. */
  fallback: string | null
  /** The default in words, where `fallback` does not say it. */
  fallbackInWords?: string
  /** What it does, as one or two plain sentences. */
  sentence: string
  /** A secret may also be given as a file by NAME_FILE and is never shown. */
  secret?: true
  parse: (raw: string) => Parsed<Value>
}

/** The type each setting has once it is read. */
export type SettingValues = {
  PORT: number
  HOST: string
  BASE_URL: string
  DATA_DIR: string
  DATABASE_URL: string
  DATABASE_DIRECT_URL: string
  SECRET_KEY: string
  SECRET_KEY_OLD: string
  ROLES: NodeRole[]
  LOG_LEVEL: LogLevel
  MAX_ATTACHMENT_MB: number
  SEND_PATIENCE_HOURS: number
  TRUST_PROXY: string[]
  EXTRA_CA_FILE: string
  ALLOW_PRIVATE_HOSTS: string[]
  SENDER_CHECKS: 'yes' | 'no'
  DNS_SERVERS: string[]
  METRICS_TOKEN: string
  MAIL_INTAKE: IntakePlace[]
  MIGRATE: 'yes' | 'no'
}

export type SettingName = keyof SettingValues

/** Every setting there is, in the order of the documents. */
export const SETTINGS: { readonly [Name in SettingName]: Setting<SettingValues[Name]> } = {
  PORT: {
    fallback: '8080',
    sentence: 'The port the web inbox listens on.',
    parse: parseWholeNumber({ min: 1, max: 65_535 }),
  },
  HOST: {
    fallback: '0.0.0.0',
    sentence: 'The address to listen on. 127.0.0.1 keeps the inbox to this machine.',
    parse: parseListenAddress,
  },
  BASE_URL: {
    fallback: null,
    fallbackInWords: 'http://localhost:PORT',
    sentence:
      'The address agents open in the browser. Links in mails and the check of where a request comes from use it; Google and Microsoft send people back to it only with https and a name.',
    parse: parseBaseUrl,
  },
  DATA_DIR: {
    fallback: './data',
    sentence:
      'The folder for mail, keys and the embedded database. Back it up as a whole while Letterdesk is stopped.',
    parse: parseText,
  },
  DATABASE_URL: {
    fallback: null,
    fallbackInWords: 'the embedded Postgres in DATA_DIR',
    sentence: 'Your own Postgres 15 or newer, reached directly or through a session pooler.',
    secret: true,
    parse: parsePostgresUrl,
  },
  DATABASE_DIRECT_URL: {
    fallback: null,
    fallbackInWords: 'DATABASE_URL',
    sentence: 'A way to the same database without a transaction pooler; LISTEN and migrations need one.',
    secret: true,
    parse: parsePostgresUrl,
  },
  SECRET_KEY: {
    fallback: null,
    fallbackInWords: 'made on the first run in DATA_DIR/keys/secret.key; required with DATABASE_URL',
    sentence:
      'Protects mailbox passwords and signs reply tokens. Without it a backup cannot be read: keep a copy.',
    secret: true,
    parse: parseSecretKey,
  },
  SECRET_KEY_OLD: {
    fallback: null,
    fallbackInWords: 'none',
    sentence: 'The former SECRET_KEY, set beside the new one while the key is being changed.',
    secret: true,
    parse: parseSecretKey,
  },
  ROLES: {
    fallback: NODE_ROLES.join(','),
    sentence:
      'What this process does: web serves the inbox, sync watches mailboxes, worker files and sends. A part of them needs DATABASE_URL.',
    parse: parseWords(NODE_ROLES),
  },
  LOG_LEVEL: {
    fallback: 'info',
    sentence: `How much is logged: ${LOG_LEVELS.join(', ')}.`,
    parse: parseWord(LOG_LEVELS),
  },
  MAX_ATTACHMENT_MB: {
    fallback: '25',
    sentence:
      'The most one outgoing mail may weigh with all its attachments, encoded, in MB of 1,048,576 bytes.',
    parse: parseWholeNumber({ min: 1, max: 150 }),
  },
  SEND_PATIENCE_HOURS: {
    fallback: '120',
    sentence:
      'For how many hours a mail that no server accepts is tried again before it counts as not delivered: 4 to 120.',
    parse: parseWholeNumber({ min: 4, max: 120 }),
  },
  TRUST_PROXY: {
    fallback: '',
    fallbackInWords: 'none',
    sentence:
      'Addresses or ranges of your reverse proxies, separated by commas; only they may say where a request comes from.',
    parse: parseNetworks,
  },
  EXTRA_CA_FILE: {
    fallback: null,
    fallbackInWords: 'none',
    sentence:
      'A PEM file of certificate authorities to trust for mail servers and sign-in providers, beside those the system trusts.',
    parse: parseText,
  },
  ALLOW_PRIVATE_HOSTS: {
    fallback: '',
    fallbackInWords: 'none',
    sentence:
      'Mail servers and sign-in providers in private networks that may be connected: names, addresses or ranges, separated by commas.',
    parse: parseHosts,
  },
  SENDER_CHECKS: {
    fallback: 'yes',
    sentence:
      'no asks no DNS about who sent a mail (SPF, DKIM, DMARC); the verdict of a mailbox’s own server still counts.',
    parse: parseWord(['yes', 'no']),
  },
  DNS_SERVERS: {
    fallback: '',
    fallbackInWords: 'those of the system',
    sentence:
      'The DNS servers that the checks of senders and of DKIM records ask: addresses, with :port where it is not 53, separated by commas.',
    parse: parseDnsServers,
  },
  METRICS_TOKEN: {
    fallback: null,
    fallbackInWords: 'none: /metrics is not served',
    sentence:
      'The word a Prometheus server shows as its bearer token at /metrics, of at least 16 characters (docs/metrics.md).',
    secret: true,
    parse: parseToken,
  },
  MAIL_INTAKE: {
    fallback: '',
    fallbackInWords: 'none',
    sentence:
      'Where your own mail server hands in mail for connected mailboxes, separated by commas: lmtp:///path/of.sock, lmtp://127.0.0.1:2424, or the same with smtp. The role sync listens there.',
    parse: parseMailIntake,
  },
  MIGRATE: {
    fallback: 'yes',
    sentence: 'no leaves the database schema alone at start; run `letterdesk migrate` yourself then.',
    parse: parseWord(['yes', 'no']),
  },
}

/** The names of all settings, in the order of the documents. */
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[]

/** The names of the variables that carry a secret as the path of a file. */
export const SECRET_FILE_NAMES = SETTING_NAMES.filter(name => SETTINGS[name].secret).map(
  name => `${name}_FILE` as const,
)
