import type { FolderRole } from './vocabulary.ts'

/** The lines of the check of a mailbox, in their order; the last two only where a test mail is sent. */
export const CHECK_STEPS = [
  'find-servers',
  'imap-connect',
  'imap-secure',
  'imap-sign-in',
  'imap-folders',
  'smtp-connect',
  'smtp-secure',
  'smtp-sign-in',
  'smtp-sender',
  'round-trip',
] as const
export type CheckStepName = (typeof CHECK_STEPS)[number]

/** How one signs in to a mailbox: with its password, with one made for programs, or on the provider's own page. */
export const SIGN_IN_WAYS = ['password', 'app-password', 'google', 'microsoft'] as const
export type SignInWay = (typeof SIGN_IN_WAYS)[number]

/** Why a provider's mailboxes cannot be connected: only through a program on one's own machine, or no IMAP at all. */
export const UNUSABLE_PROVIDERS = ['bridge', 'no-imap'] as const
export type UnusableProvider = (typeof UNUSABLE_PROVIDERS)[number]

/**
 * How the servers of an address were found: its domain or mail exchanger in our table, its own description, DNS, or
 * usual names.
 */
export const SERVERS_FOUND_BY = ['domain', 'mx', 'autoconfig', 'srv', 'guess'] as const
export type ServersFoundBy = (typeof SERVERS_FOUND_BY)[number]

/** How a mailbox gets its mail: from its IMAP server, by the practice servers, or handed in by the operator's mail server. */
export const MAILBOX_KINDS = ['imap', 'practice', 'intake'] as const
export type MailboxKind = (typeof MAILBOX_KINDS)[number]

/** The folder of ours that mail is handed into: no server has it. */
export const INTAKE_FOLDER = 'letterdesk:intake'

/** The folders that are watched where nobody chose: what comes in, and answers given from a mail program. */
export const WATCHED_ROLES: readonly FolderRole[] = ['inbox', 'sent']
