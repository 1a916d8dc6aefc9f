/** The unions all layers use. A new word here makes the compiler list every place that must decide. */

export const TICKET_STATES = ['open', 'waiting', 'closed', 'spam'] as const
export type TicketState = (typeof TICKET_STATES)[number]

/** How much sooner than others a ticket wants to be looked at. */
export const TICKET_PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const
export type TicketPriority = (typeof TICKET_PRIORITIES)[number]

/** What ended a snooze. */
export const WOKEN_BY = ['time', 'customer', 'agent', 'failed-reply'] as const
export type WokenBy = (typeof WOKEN_BY)[number]

/** What of a message's text is folded away. */
export const FOLD_KINDS = ['quote', 'signature'] as const
export type FoldKind = (typeof FOLD_KINDS)[number]

export const DIRECTIONS = ['inbound', 'outbound'] as const
export type Direction = (typeof DIRECTIONS)[number]

export const ROLES = ['owner', 'admin', 'agent'] as const
export type Role = (typeof ROLES)[number]

export const AGENT_STATES = ['invited', 'active', 'deactivated'] as const
export type AgentState = (typeof AGENT_STATES)[number]

export const LANGUAGES = ['en', 'bg', 'ru', 'pl'] as const
export type Language = (typeof LANGUAGES)[number]

/** The lists of the left column. Every one works over all mailboxes the agent may see. */
export const QUEUES = [
  'mine',
  'unassigned',
  'all',
  'mentions',
  'drafts',
  'snoozed',
  'sent',
  'undelivered',
  'closed',
  'spam',
  'trash',
] as const
export type Queue = (typeof QUEUES)[number]

/** The queue of one team. */
export type TeamQueue = `team-${number}`
/** Every list of the left column. */
export type QueueName = Queue | TeamQueue

/** What the queue of a team is called, in addresses and in the API. */
export function teamQueue(teamId: number): TeamQueue {
  return `team-${teamId}`
}

/** The team whose queue it is; undefined for a queue that is no team's. */
export function teamOfQueue(queue: QueueName): number | undefined {
  const id = /^team-([1-9]\d{0,14})$/.exec(queue)?.[1]
  return id === undefined ? undefined : Number(id)
}

/** Whose a ticket is, as a filter asks: of who asks, of nobody and no team, of an agent, of a team. */
export type AssigneeWord = 'me' | 'nobody' | `agent-${number}` | `team-${number}`

/** As many views as one agent may have made, and as many as all may share. */
export const VIEW_LIMITS = { own: 50, shared: 100 } as const

/** What kind of thing a field about customers holds. */
export const CUSTOMER_FIELD_KINDS = ['text', 'number', 'date', 'yes-no', 'choice', 'link'] as const
export type CustomerFieldKind = (typeof CUSTOMER_FIELD_KINDS)[number]
export const MOST_NOTE_CHARS = 20_000 // of a note about a customer

/**
 * How many fields about customers a desk may have, how many options a choice, and what their values may be. A number has at
 * most as many digits as every screen and every database keeps.
 */
export const CUSTOMER_FIELD_LIMITS = {
  fields: 50,
  options: 100,
  nameChars: 60,
  hintChars: 200,
  textChars: 500,
  linkChars: 2_000,
  number: 1e15,
} as const

/** How a list may be sorted: who waits longest first, or the newest message first. */
export const LIST_ORDERS = ['waiting', 'newest'] as const
export type ListOrder = (typeof LIST_ORDERS)[number]

/**
 * What became of one mail the server showed us (one ledger row): `stored` waits for filing; each
 * other word is an outcome. `same` carries a message another row already brought, `own` is our own
 * mail seen again, `ignored` is kept without a ticket, `gone` vanished before we could fetch it.
 */
export const MAIL_OUTCOMES = [
  'stored',
  'filed',
  'same',
  'own',
  'ignored',
  'quarantined',
  'too_large',
  'gone',
  'erased',
] as const
export type MailOutcome = (typeof MAIL_OUTCOMES)[number]

/** What a folder of a mail server is to us: what came in, what was sent, what the server took for spam, all mail of an account. */
export const FOLDER_ROLES = ['inbox', 'sent', 'junk', 'all', 'other'] as const
export type FolderRole = (typeof FOLDER_ROLES)[number]

/** What a mail is to us where its labels say other than its folder; `self`: written by us, and it came to us. */
export type MailRole = 'sent' | 'junk' | 'self'

/**
 * How a mail was read: what kind of sender wrote it (RFC 3834, 3464, 5965, 8098, 2369). `receipt` says that
 * a mail was read or delivered; what a kind may cause is in tickets/kind-rules.ts.
 */
export const MAIL_KINDS = [
  'person',
  'auto-reply',
  'bounce',
  'complaint',
  'receipt',
  'calendar',
  'list',
  'own',
] as const
export type MailKind = (typeof MAIL_KINDS)[number]

/** The rule that placed a message into its ticket; kept on the message so that an agent can see why. */
export const PLACED_BY = [
  'reply-token',
  'in-reply-to',
  'references',
  'returned-mail',
  'named-before',
  'no-ancestor',
  'storm',
  'agent-move',
  'agent-split',
  'agent-reply',
  'agent-opened',
  'acknowledgement',
] as const
export type PlacedBy = (typeof PLACED_BY)[number]

/**
 * How far a sender is who they say they are. `verified`: proven by the author's domain. `neutral`: nothing proves
 * it and nothing speaks against it, as with most small servers. `failed`: against the domain's published policy,
 * or with a forged verdict or a From that cannot be read in one way.
 */
export const SENDER_GRADES = ['verified', 'neutral', 'failed'] as const
export type SenderGrade = (typeof SENDER_GRADES)[number]

/** Whose check it was: our receiving mail server's, our own, or nobody's. */
export const SENDER_CHECKERS = ['mail-server', 'letterdesk', 'nobody'] as const
export type SenderChecker = (typeof SENDER_CHECKERS)[number]

/** What decided a sender's grade. */
export const SENDER_REASONS = [
  'dmarc-pass',
  'aligned-signature',
  'aligned-path',
  'no-policy',
  'policy-asks-nothing',
  'no-evidence',
  'trusted-sealer',
  'unreachable',
  'unchecked',
  'dmarc-fail',
  'forged-verdict',
  'doubtful-sender',
  'several-from',
] as const
export type SenderReason = (typeof SENDER_REASONS)[number]

/** The rules that placed what began its ticket; a storm's mails begin theirs together. */
export const OPENING_RULES: readonly PlacedBy[] = ['no-ancestor', 'agent-split', 'agent-opened', 'storm']

/** What an agent does with a ticket on their screen, from the least to the most that colleagues should know. */
export const DOINGS = ['viewing', 'noting', 'replying'] as const
export type Doing = (typeof DOINGS)[number]

/** Where an outgoing message stands. `uncertain`: the server may have it, nobody can know yet. */
export const OUTBOX_STATES = [
  'held',
  'sending',
  'deferred',
  'uncertain',
  'accepted',
  'failed',
  'cancelled',
] as const
export type OutboxState = (typeof OUTBOX_STATES)[number]

/** Why a mailbox sends nothing for now: its server said its quota is used up or it is busy, or a known limit is reached. */
export const SENDING_HOLDS = ['quota', 'busy', 'limit'] as const
export type SendingHold = (typeof SENDING_HOLDS)[number]

/** What of the outbox is not settled well, as admins look at it. */
export const OUTBOX_GROUPS = ['held', 'deferred', 'uncertain', 'failed'] as const
export type OutboxGroup = (typeof OUTBOX_GROUPS)[number]

/** Who kept an outgoing message from being sent: an agent took it back, the customer wrote first, or an admin stopped it. */
export const CANCELLED_BY = ['agent', 'customer', 'admin'] as const
export type CancelledBy = (typeof CANCELLED_BY)[number]

/**
 * Where one recipient of an outgoing message stands. What comes after `accepted` a server told us later,
 * by mail: `delayed` still tries, `delivered` has it, `bounced` gave it back.
 */
export const RECIPIENT_STATES = ['due', 'accepted', 'delayed', 'delivered', 'bounced', 'failed'] as const
export type RecipientState = (typeof RECIPIENT_STATES)[number]

/**
 * What an agent should know of a recipient before a reply leaves: not part of the exchange so far; of neither the
 * customer's organisation nor ours; never written to from this desk, nor one who wrote into the ticket.
 */
export const RECIPIENT_MARKS = ['added', 'external', 'first-time'] as const
export type RecipientMark = (typeof RECIPIENT_MARKS)[number]

/** What became of a reply that did not arrive: it waits for somebody, another reply followed it, or it was put aside. */
export const FAILURE_STATES = ['open', 'followed', 'put-aside'] as const
export type FailureState = (typeof FAILURE_STATES)[number]

/** Why a server did not deliver, in few enough words that each can be explained to people. */
export const BOUNCE_REASONS = [
  'unknown-address',
  'unknown-domain',
  'address-disabled',
  'mailbox-full',
  'too-large',
  'spam',
  'blocked',
  'authentication',
  'policy',
  'too-many',
  'expired',
  'server-trouble',
  'other',
] as const
export type BounceReason = (typeof BOUNCE_REASONS)[number]

/** `hard`: no later mail to the address can arrive; `soft`: one may; `delayed`: this one is still on its way. */
export const BOUNCE_SEVERITIES = ['hard', 'soft', 'delayed'] as const
export type BounceSeverity = (typeof BOUNCE_SEVERITIES)[number]

/** Who did what to a ticket: the source of its history and of live updates. */
export const TICKET_EVENT_KINDS = [
  'ticket_opened',
  'message_received',
  'reply_queued',
  'reply_undone',
  'reply_rescheduled',
  'reply_overtaken',
  'reply_accepted',
  'reply_deferred',
  'reply_uncertain',
  'reply_failed',
  'reply_delayed',
  'reply_delivered',
  'reply_bounced',
  'reply_put_aside',
  'reply_complained',
  'answered_elsewhere',
  'stayed_closed',
  'acknowledged',
  'note_written',
  'mentioned',
  'assigned',
  'team_assigned',
  'state_changed',
  'message_moved_in',
  'message_moved_out',
  'move_undone',
  'merged',
  'merged_away',
  'merge_undone',
  'mailbox_changed',
  'hint_dismissed',
  'tagged',
  'untagged',
  'lead_taken',
  'lead_given',
  'participant_accepted',
  'participant_ignored',
  'customer_from_forward',
  'forward_undone',
  'customers_merged',
  'customer_merge_undone',
  'snoozed',
  'woken',
  'priority_changed',
  'deleted',
  'restored',
] as const
export type TicketEventKind = (typeof TICKET_EVENT_KINDS)[number]

/**
 * What an agent is told of: a note calls them, a colleague gives them a ticket, mail comes into a ticket they have or
 * follow, a reply of theirs did not arrive.
 */
export const NOTIFICATION_EVENTS = ['mention', 'assigned', 'answer', 'undelivered'] as const
export type NotificationEvent = (typeof NOTIFICATION_EVENTS)[number]

/** How they are told: in the list behind the bell, by the browser outside the page, by a sound, by mail where they do not see it. */
export const NOTIFICATION_CHANNELS = ['list', 'browser', 'sound', 'mail'] as const
export type NotificationChannel = (typeof NOTIFICATION_CHANNELS)[number]

export const MAILBOX_STATES = ['active', 'paused'] as const

/** Whose sign-in a mailbox uses by OAuth. `google_delegation`: a service account that may act for every mailbox of a Workspace. */
export const SIGN_IN_KINDS = ['google', 'google_delegation', 'microsoft', 'openid'] as const
export type SignInKind = (typeof SIGN_IN_KINDS)[number]

/**
 * Lanes of filing: new mail goes before the backfill of old mail, that before what floods a mailbox, and last comes
 * history: old mail that asks nothing of anybody. Its tickets are closed.
 */
export const LANES = { live: 0, backfill: 1, storm: 2, history: 3 } as const

/** Lanes of sending: people before automatic mail. */
export const SEND_LANES = { people: 0, automatic: 1 } as const

/** What a node does. */
export const NODE_ROLES = ['web', 'sync', 'worker'] as const
export type NodeRole = (typeof NODE_ROLES)[number]

/** What a calendar part of a mail asks or tells (RFC 5546 §1.4); anything else is `publish`. */
export const CALENDAR_METHODS = ['request', 'reply', 'cancel', 'publish', 'counter'] as const
export type CalendarMethod = (typeof CALENDAR_METHODS)[number]

/** What somebody answered to an appointment (RFC 5545 §3.2.12). */
export const CALENDAR_ANSWERS = ['accepted', 'declined', 'tentative', 'delegated', 'none'] as const
export type CalendarAnswer = (typeof CALENDAR_ANSWERS)[number]

/** What a search may be narrowed by, written as `from:ivana`. */
export const SEARCH_FACETS = [
  'from',
  'to',
  'subject',
  'field',
  'tag',
  'mailbox',
  'assignee',
  'team',
  'is',
  'has',
  'before',
  'after',
] as const
export type SearchFacet = (typeof SEARCH_FACETS)[number]

/** What follows `is:`. */
export const SEARCH_IS = [
  'open',
  'waiting',
  'closed',
  'spam',
  'snoozed',
  'deleted',
  'unassigned',
  'mine',
  'received',
  'sent',
  'note',
] as const
export type SearchIs = (typeof SEARCH_IS)[number]

/** What follows `has:`. */
export const SEARCH_HAS = ['attachment', 'image', 'pdf'] as const
export type SearchHas = (typeof SEARCH_HAS)[number]

/** Why a search cannot be understood. */
export const SEARCH_PROBLEMS = [
  'unknown-facet',
  'unknown-value',
  'no-value',
  'bad-date',
  'too-many-words',
] as const
export type SearchProblem = (typeof SEARCH_PROBLEMS)[number]

/** What DNS says of the key a domain of ours is to sign by; `right` alone lets it begin. */
export const DKIM_CHECKS = [
  'right',
  'missing',
  'misplaced',
  'other-key',
  'cut',
  'malformed',
  'revoked',
  'test-mode',
  'restricted',
  'several',
  'unreachable',
] as const
export type DkimCheck = (typeof DKIM_CHECKS)[number]
