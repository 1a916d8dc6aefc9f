import type { replyDefaults } from '../../src/tickets/reply-defaults.ts'

/** What decides the default recipients of a reply. */
export type Basis = Parameters<typeof replyDefaults>[0]

type Kind = 'customer' | 'copied' | 'accepted' | 'newcomer'

/** The answered mail and the ticket's people, as far as they differ from a mail of Ann's to support@. */
export type Situation = {
  from?: string
  to?: string
  cc?: string
  replyTo?: string
  /** We wrote it. */
  isOurs?: true
  /** An agent chose to answer it. */
  isChosen?: true
  nothing?: true
  people?: Record<string, Kind>
}

/** A case: what is promised, of what, and who gets the reply (`to | cc | asked for`). */
export type RecipientCase = [promise: string, situation: Situation, gets: string]

const PEOPLE: Record<string, Kind> = {
  'ann@a.test': 'customer',
  'bob@a.test': 'copied',
  'sly@x.test': 'newcomer',
}
const ACCEPTED: Record<string, Kind> = { ...PEOPLE, 'new@b.test': 'accepted' }
const AGENT: Record<string, Kind> = { 'ada@desk.test': 'customer', 'bob@a.test': 'copied' }
const LETTERS: Record<string, Kind> = { 'ann@xn--80ak6aa92e.test': 'customer', 'zoë@a.test': 'copied' }
const LIST: Record<string, Kind> = { ...PEOPLE, 'all@list.test': 'copied' }
const SUB: Record<string, Kind> = { ...PEOPLE, 'bob+vip@a.test': 'copied' }

/** D4 and B5: whom a reply goes to, and whom it does not. */
export const RECIPIENT_CASES: readonly RecipientCase[] = [
  // From and To
  ['the sender of a mail to us', {}, 'ann@a.test | | '],
  [
    'the sender, and whom they wrote to besides us',
    { to: 'support@desk.test, bob@a.test' },
    'ann@a.test | bob@a.test | ',
  ],
  ['the sender, and whom they copied', { cc: 'bob@a.test' }, 'ann@a.test | bob@a.test | '],
  [
    'who wrote last, with the customer as Cc',
    { from: 'bob@a.test', cc: 'ann@a.test' },
    'bob@a.test | ann@a.test | ',
  ],
  ['who wrote last, without the customer whom they left out', { from: 'bob@a.test' }, 'bob@a.test | | '],
  ['the sender once, who copied themselves', { cc: 'ann@a.test' }, 'ann@a.test | | '],
  [
    'nobody twice who stands in To and Cc',
    { to: 'bob@a.test', cc: 'bob@a.test' },
    'ann@a.test | bob@a.test | ',
  ],
  ['the sender, to whom we are a Bcc', { to: 'bob@a.test' }, 'ann@a.test | bob@a.test | '],
  ['the sender of a mail without To', { to: '' }, 'ann@a.test | | '],
  // our own
  ['not a second mailbox of ours in To', { to: 'support@desk.test, billing@desk.test' }, 'ann@a.test | | '],
  ['not a mailbox of ours in Cc', { cc: 'billing@desk.test, bob@a.test' }, 'ann@a.test | bob@a.test | '],
  ['not an alias', { to: 'help@desk.test' }, 'ann@a.test | | '],
  ['not our address with a reply token', { to: 'support+abc234@desk.test' }, 'ann@a.test | | '],
  ['not an alias with a plus part', { cc: 'help+x@desk.test' }, 'ann@a.test | | '],
  ['not our address in other letters', { to: 'Support@DESK.test' }, 'ann@a.test | | '],
  ['not our address in A-labels', { to: 'info@xn--bro-hoa.test' }, 'ann@a.test | | '],
  ['not our address with its domain in capitals and letters', { to: 'INFO@BÜRO.test' }, 'ann@a.test | | '],
  ['a stranger’s address that only begins like ours', { cc: 'support@desk.test.x.test' }, 'ann@a.test | | '],
  [
    'the customer, where our other mailbox wrote',
    { from: 'billing@desk.test' },
    'ann@a.test | bob@a.test | ',
  ],
  ['nobody, where only we wrote to ourselves', { from: 'billing@desk.test', people: {} }, ' | | '],
  // agents
  ['no agent whom the customer copied', { cc: 'ada@desk.test, bob@a.test' }, 'ann@a.test | bob@a.test | '],
  ['no agent with a private address', { cc: 'kim@gmail.test' }, 'ann@a.test | | '],
  ['an agent who wrote as a customer', { from: 'ada@desk.test', people: AGENT }, 'ada@desk.test | | '],
  [
    'an agent whom an agent accepted',
    { people: { ...PEOPLE, 'ada@desk.test': 'accepted' } },
    'ann@a.test | ada@desk.test | ',
  ],
  // newcomers and strangers
  ['not who was slipped into a later Cc (A20)', { cc: 'eve@x.test' }, 'ann@a.test | | '],
  ['not a newcomer nobody accepted', { cc: 'sly@x.test' }, 'ann@a.test | | '],
  [
    'the customer, where the newest is a newcomer’s (A25, B5)',
    { from: 'sly@x.test' },
    'ann@a.test | bob@a.test | ',
  ],
  [
    'who was accepted, though the newest mail left them out',
    { people: ACCEPTED },
    'ann@a.test | new@b.test | ',
  ],
  ['who was accepted and wrote last', { from: 'new@b.test', people: ACCEPTED }, 'new@b.test | | '],
  // Reply-To
  [
    'the sender, with a Reply-To offered beside (A27)',
    { replyTo: 'eve@x.test' },
    'ann@a.test | | eve@x.test',
  ],
  ['the sender, where Reply-To says the same', { replyTo: 'Ann@A.test' }, 'ann@a.test | | '],
  ['the sender, where Reply-To is ours', { replyTo: 'support@desk.test' }, 'ann@a.test | | '],
  [
    'the sender, with each of two offered',
    { replyTo: 'c@a.test, d@a.test' },
    'ann@a.test | | c@a.test, d@a.test',
  ],
  // lists
  [
    'the writer, and a list that belongs',
    { to: 'all@list.test', people: LIST },
    'ann@a.test | all@list.test | ',
  ],
  [
    'the writer, with the list’s Reply-To offered',
    { to: 'all@list.test', replyTo: 'all@list.test' },
    'ann@a.test | | all@list.test',
  ],
  // spelling
  ['one address in two spellings once', { to: 'Bob@A.test', cc: 'bob@a.test' }, 'ann@a.test | Bob@A.test | '],
  [
    'one domain in letters and in A-labels',
    { from: 'ann@аррӏе.test', people: LETTERS },
    'ann@аррӏе.test | | ',
  ],
  [
    'a local part in letters composed otherwise',
    { from: 'ann@аррӏе.test', cc: 'zoe\u0308@a.test', people: LETTERS },
    'ann@аррӏе.test | zoe\u0308@a.test | ',
  ],
  [
    'a customer’s plus part as another person',
    { cc: 'bob+vip@a.test', people: SUB },
    'ann@a.test | bob+vip@a.test | ',
  ],
  ['not a plus part nobody knows', { cc: 'bob+x@a.test' }, 'ann@a.test | | '],
  ['dots as written: only their server knows what they mean (A31)', { cc: 'b.ob@a.test' }, 'ann@a.test | | '],
  // no mail to answer
  ['the customer and the copied, where there is no mail', { nothing: true }, 'ann@a.test | bob@a.test | '],
  ['nobody, where there is neither mail nor customer', { nothing: true, people: {} }, ' | | '],
  // chosen by an agent
  [
    'a newcomer alone, whom an agent chose to answer',
    { from: 'sly@x.test', cc: 'ann@a.test, bob@a.test', isChosen: true },
    'sly@x.test | | ',
  ],
  [
    'an older mail’s people, which an agent chose',
    { from: 'bob@a.test', cc: 'ann@a.test', isChosen: true },
    'bob@a.test | ann@a.test | ',
  ],
  [
    'those our chosen mail went to',
    { from: 'support@desk.test', to: 'ann@a.test', cc: 'bob@a.test', isOurs: true, isChosen: true },
    'ann@a.test | bob@a.test | ',
  ],
  [
    'no mailbox of ours that our chosen mail went to',
    { from: 'support@desk.test', to: 'bob@a.test, billing@desk.test', isOurs: true, isChosen: true },
    'bob@a.test | | ',
  ],
  [
    'the customer, where our other mailbox’s mail was chosen',
    { from: 'billing@desk.test', isChosen: true },
    'ann@a.test | bob@a.test | ',
  ],
]

/** The situation as the product reads it. */
export function basisOf(situation: Situation): Basis {
  const { from = 'ann@a.test', to = 'support@desk.test', people = PEOPLE } = situation
  return {
    answered: situation.nothing
      ? null
      : {
          isChosen: situation.isChosen ?? false,
          sideThreadId: null,
          direction: situation.isOurs ? 'outbound' : 'inbound',
          from: { name: null, address: from },
          to: listOf(to),
          cc: listOf(situation.cc),
          replyTo: listOf(situation.replyTo),
        },
    participants: Object.entries(people).map(([address, kind]) => ({
      address,
      name: null,
      kind: kind === 'accepted' ? 'copied' : kind,
      isAccepted: kind === 'accepted',
    })),
    ownAddresses: ['support@desk.test', 'help@desk.test', 'billing@desk.test', 'info@büro.test'],
    agentAddresses: ['ada@desk.test', 'kim@gmail.test'],
  }
}

function listOf(words = '') {
  return words
    .split(', ')
    .filter(address => address !== '')
    .map(address => ({ name: null, address }))
}
