import { addressKey } from '../mail/address.ts'
import type { ReportedRecipient } from '../mail/mail-types.ts'
import type { OutboxState, RecipientState } from '../shared/vocabulary.ts'

/** A recipient of a sent message, as it stands. */
export type SentRecipient = { address: string; state: RecipientState }

/** A sent message that a report speaks of. */
export type ReportedMessage = { outboxState: OutboxState; recipients: readonly SentRecipient[] }

/** What changes for one recipient; `said` is what the report says of it. */
export type RecipientChange = { address: string; to: RecipientState; said: ReportedRecipient }

/**
 * What a delivery report changes of the message it speaks of: nothing for addresses the message was
 * never sent to, so that a report can tell no more than its own mail's fate.
 *
 * A report that names one address for a message with one recipient speaks of that one, whatever it
 * calls them: forwarding and aliases change names. What came back stays so; a repeated report and a
 * late notice of delay change nothing. A recipient still due changes only where the server may have
 * the mail already.
 */
export function changesOf(
  message: ReportedMessage,
  reported: readonly ReportedRecipient[],
): RecipientChange[] {
  const changes = new Map<string, RecipientChange>()
  for (const said of isUnclear(message, reported) ? onlyRecipient(message) : reported) {
    const recipient = findRecipient(message, said, reported.length)
    const to = recipient && nextState(message, recipient.state, said.action)
    if (recipient && to !== undefined)
      changes.set(recipient.address, { address: recipient.address, to, said })
  }
  return [...changes.values()]
}

/** A message as some changes of its recipients leave it. */
export function withChanges<Message extends ReportedMessage>(
  message: Message,
  changes: readonly RecipientChange[],
): Message {
  const states = new Map(changes.map(({ address, to }) => [address, to]))
  const recipients = message.recipients.map(one => ({ ...one, state: states.get(one.address) ?? one.state }))
  return { ...message, recipients }
}

/** Whether a bounce came back from somebody, without saying from whom of the message's recipients. */
export function isUnclear(message: ReportedMessage, reported: readonly ReportedRecipient[]): boolean {
  return reported.every(
    said => said.action === 'failed' && findRecipient(message, said, reported.length) === undefined,
  )
}

function onlyRecipient({ recipients }: ReportedMessage): ReportedRecipient[] {
  const [only] = recipients
  if (only === undefined || recipients.length > 1) return []
  const nothing = {
    originalAddress: null,
    action: 'failed',
    status: '',
    diagnostic: '',
    reason: 'other',
  } as const
  return [{ ...nothing, address: only.address }]
}

function findRecipient(
  { recipients }: ReportedMessage,
  said: ReportedRecipient,
  reportedCount: number,
): SentRecipient | undefined {
  const keys = [said.originalAddress, said.address].flatMap(one => (one === null ? [] : [addressKey(one)]))
  const named = keys
    .map(key => recipients.find(one => addressKey(one.address) === key))
    .find(one => one !== undefined)
  return named ?? (recipients.length === 1 && reportedCount === 1 ? recipients[0] : undefined)
}

function nextState(
  { outboxState }: ReportedMessage,
  from: RecipientState,
  action: ReportedRecipient['action'],
): RecipientState | undefined {
  const isHad = from === 'accepted' || from === 'delayed' || from === 'delivered'
  if (!isHad && !(from === 'due' && outboxState === 'uncertain')) return undefined
  switch (action) {
    case 'failed':
      return 'bounced'
    case 'delayed':
      return from === 'delivered' ? undefined : 'delayed'
    case 'delivered':
      return from === 'delivered' ? undefined : 'delivered'
    case 'relayed':
    case 'expanded':
      return from === 'delayed' ? 'accepted' : undefined // whoever has it now may tell, or not
  }
}
