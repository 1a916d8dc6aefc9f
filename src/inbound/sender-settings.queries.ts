import type { Db } from '../db/database.ts'

/** What of a mailbox decides whose word on a sender counts. Host names in lower case. */
export type SenderSettings = {
  address: string
  authservId: string | null
  trustedSealers: string[]
  imapHost: string | null
}

/** The settings of one mailbox; undefined where there is none. */
export async function findSenderSettings(db: Db, mailboxId: number): Promise<SenderSettings | undefined> {
  return await db
    .selectFrom('mailbox')
    .select(['address', 'authserv_id as authservId', 'trusted_sealers as trustedSealers'])
    .select('imap_host as imapHost')
    .where('id', '=', mailboxId)
    .executeTakeFirst()
}
