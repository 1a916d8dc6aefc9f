import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Caller } from '../../src/agents/can.ts'
import { type Db, inTransaction, type Tx } from '../../src/db/database.ts'
import { getTicket } from '../../src/tickets/get-ticket.ts'
import { listTickets } from '../../src/tickets/list-tickets.ts'
import { selectForChange, updateStates } from '../../src/tickets/twins.queries.ts'
import { countStatements } from '../support/count-statements.ts'
import { type Desk, startDesk } from '../support/desk.ts'

let desk: Desk

beforeAll(async () => {
  desk = await startDesk()
})

afterAll(async () => await desk.stop())

test('a page and a ticket take the same few statements however much they hold', async () => {
  const mailboxId = await desk.mailbox('support@desk.test')
  const caller: Caller = { agentId: 1, role: 'owner', mailboxIds: 'all' }
  const list = (db: Db) => listTickets(db, caller, { queue: 'all', limit: 50 })
  const { ticketId } = await desk.ticket({ mailboxId })
  const counts = async () => [
    await countStatements(desk.database.db, list),
    await countStatements(desk.database.db, db => getTicket(db, caller, ticketId)),
  ]
  const small = await counts()

  for (let n = 0; n < 12; n++) await desk.ticket({ mailboxId })
  for (let n = 0; n < 12; n++) await desk.message(ticketId)

  const large = await counts()
  expect(large).toEqual(small)
  expect(large).toEqual([3, 9])
})

test('a connection plans the locking of tickets and their change of state a few times and then keeps the plans', async () => {
  const mailboxId = await desk.mailbox('plans@desk.test')
  const { ticketId } = await desk.ticket({ mailboxId })
  const change = async (tx: Tx) => {
    await selectForChange(tx, { ids: [ticketId] })
    await updateStates(tx, [ticketId], { from: ['open', 'closed'], to: 'waiting', waiting: 'keep' })
    await updateStates(tx, [ticketId], { from: ['waiting'], to: 'open', waiting: 'recount' })
  }

  const plans = await inTransaction(desk.database.db, async tx => {
    for (let time = 1; time <= 7; time++) await change(tx)
    return await sql<{ made: number; kept: boolean }>`
      select custom_plans::int as made, generic_plans > 0 as kept from pg_prepared_statements
      where statement like '%named as materialized%' and custom_plans + generic_plans >= 7`.execute(tx)
  })

  const fewest = 5 // so often Postgres looks what values bring before it compares (plancache.c)
  expect(plans.rows).toEqual(Array(3).fill({ made: fewest, kept: true }))
})
