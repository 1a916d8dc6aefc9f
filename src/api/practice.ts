import { listPracticeCustomers, writeAsCustomer as write } from '../practice/customer-side.ts'
import {
  connectPractice,
  dropPractice,
  isPracticeConnected,
  type PracticeNeeds,
} from '../practice/practice-mailbox.ts'
import { getPractice, removePractice, startPractice, writeAsCustomer } from '../shared/practice.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers the practice mailbox: connect, remove, and the customers' side of it. */
export function registerPractice(server: ApiServer, needs: PracticeNeeds): void {
  handle(server, getPractice, async () => {
    const isConnected = await isPracticeConnected(needs.db)
    return { isConnected, customers: isConnected ? await listPracticeCustomers(needs.db) : [] }
  })
  handle(server, startPractice, async () => ({ mailboxIds: await connectPractice(needs) }))
  handle(server, removePractice, async () => await dropPractice(needs))
  handle(server, writeAsCustomer, async ({ body }) => await write(needs, body))
}
