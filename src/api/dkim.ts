import {
  checkDkimKey as check,
  type DkimNeeds,
  getDkim as find,
  renewDkimKey as renew,
  setDkim as set,
} from '../mailboxes/dkim-keys.ts'
import { checkDkimKey, getDkim, renewDkimKey, setDkim } from '../shared/dkim.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers whether a mailbox's mail is signed, its keys, and the check of their records. */
export function registerDkim(server: ApiServer, needs: DkimNeeds): void {
  handle(server, getDkim, async ({ params }) => await find(needs.db, params.id))
  handle(server, setDkim, async ({ params, body }) => {
    await set(needs, params.id, body)
    return await find(needs.db, params.id)
  })
  handle(server, renewDkimKey, async ({ params, body }) => {
    await renew(needs, params.id, body.domain)
    return await find(needs.db, params.id)
  })
  handle(server, checkDkimKey, async ({ params }) => {
    await check(needs, params.id, params.keyId)
    return await find(needs.db, params.id)
  })
}
