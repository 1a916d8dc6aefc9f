import type { Mailbox } from '../../shared/mailboxes.ts'
import type { Ticket } from '../../shared/tickets.ts'
import type { OpenPanel } from './header-pickers.tsx'
import { splittable } from './splittable.ts'

/** Whether a list of the header can be opened of a ticket. What cannot has no key, so that none waits for a field. */
export function offersPanel(panel: OpenPanel, ticket: Ticket, mailboxes: readonly Mailbox[]): boolean {
  if (panel === 'snooze') return isSnoozable(ticket)
  if (panel === 'mailbox') return fittingMailboxes(ticket, mailboxes).length > 1
  return panel !== 'split' || splittable(ticket).length > 1
}

/** Not what another mailbox handles, nor spam, nor what is in the Trash. */
export function isSnoozable({
  isTwin,
  state,
  deletedAt,
}: Pick<Ticket, 'isTwin' | 'state' | 'deletedAt'>): boolean {
  return !isTwin && state !== 'spam' && deletedAt === null
}

/** The mailboxes a ticket may be in: those of the kind of its own, which is among them. */
export function fittingMailboxes({ mailboxId }: Ticket, mailboxes: readonly Mailbox[]): Mailbox[] {
  const kind = mailboxes.find(one => one.id === mailboxId)?.kind
  return mailboxes.filter(one => one.kind === kind)
}
