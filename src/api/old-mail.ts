import type { Db } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { holdOldMail as hold, getOldMail as progress } from '../inbound/old-mail.ts'
import { getOldMail, holdOldMail, resumeOldMail } from '../shared/old-mail.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers how far old mail has come, and its halt. */
export function registerOldMail(server: ApiServer, needs: { db: Db; bells: Pick<Bells, 'ring'> }): void {
  handle(server, getOldMail, async ({ params }) => await progress(needs.db, params.id))
  handle(server, holdOldMail, async ({ params }) => {
    await hold(needs, params.id, { isHeld: true })
    return await progress(needs.db, params.id)
  })
  handle(server, resumeOldMail, async ({ params }) => {
    await hold(needs, params.id, { isHeld: false })
    return await progress(needs.db, params.id)
  })
}
