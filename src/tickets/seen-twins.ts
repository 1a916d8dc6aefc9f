import { type Caller, can } from '../agents/can.ts'

/**
 * A row with those of its twins that somebody may see: of the others, not even the number or how many
 * they are.
 */
export function asSeenBy<Row extends { twins: { mailboxId: number }[] }>(caller: Caller, row: Row): Row {
  const twins = row.twins.filter(({ mailboxId }) => can(caller, { wish: 'use-mailbox', mailboxId }))
  return { ...row, twins }
}
