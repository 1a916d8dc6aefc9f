import { inTransaction } from '../../src/db/database.ts'
import { changeState } from '../../src/tickets/change-state.ts'
import { type FiledReader, readFiled } from '../support/filed.ts'
import { type FilingDesk, startFilingDesk } from '../support/filing.ts'
import { type MailParts, rawMail } from '../support/mails.ts'

/** A filing desk with three mailboxes, of which billing has an alias, and short words for mails to several of them. */
export type TwinDesk = {
  desk: FilingDesk
  filed: FiledReader
  support: number
  billing: number
  sales: number
  /** Files one copy of a mail in each of the mailboxes, one after the other. @returns the tickets' ids */
  fileIn: (mailboxIds: readonly number[], parts: MailParts) => Promise<number[]>
  fileOne: (arrival: { raw: Buffer; mailboxId: number; receivedAt?: Date; role?: 'junk' }) => Promise<number>
  /** Who leads each ticket. */
  leads: (...ticketIds: number[]) => Promise<(number | null)[]>
  states: (...ticketIds: number[]) => Promise<string[]>
  closeAs: (agentId: number, ticketId: number) => Promise<void>
  /** Forgets all mail. */
  clear: () => Promise<void>
  stop: () => Promise<void>
}

/** To support@ first, then billing@. */
export const toBoth = { to: 'Support <support@desk.test>', cc: 'billing@desk.test' }

let count = 0

/** A Message-ID that was never used. */
export const newId = (): string => `mail-${++count}@customer.test`

/** Starts it; about a second. */
export async function startTwinDesk(): Promise<TwinDesk> {
  const desk = await startFilingDesk()
  const filed = readFiled(desk.db)
  const billing = await desk.addMailbox({ address: 'billing@desk.test', aliases: ['invoices@desk.test'] })
  const sales = await desk.addMailbox({ address: 'sales@desk.test' })
  const fileOne: TwinDesk['fileOne'] = async arrival => {
    const [row] = await desk.store([arrival])
    await desk.fileAll()
    return (await filed.message(row)).ticket_id
  }
  return {
    desk,
    filed,
    support: desk.mailboxId,
    billing,
    sales,
    fileOne,
    fileIn: async (mailboxIds, parts) => {
      const raw = rawMail({ messageId: newId(), ...parts })
      const tickets: number[] = []
      for (const mailboxId of mailboxIds) tickets.push(await fileOne({ raw, mailboxId }))
      return tickets
    },
    leads: async (...ids) => await Promise.all(ids.map(async id => (await filed.ticket(id)).twin_of_id)),
    states: async (...ids) => await Promise.all(ids.map(async id => (await filed.ticket(id)).state)),
    closeAs: async (agentId, ticketId) => {
      await inTransaction(desk.db, tx => changeState(tx, { ticketId, to: 'closed', agentId }))
    },
    clear: async () => void (await desk.query('truncate ticket, mail_key, twin cascade')),
    stop: () => desk.stop(),
  }
}
