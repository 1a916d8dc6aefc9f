import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FetchMessageObject, ImapClient } from './imap-client.ts'
import { uidSet } from './uid-set.ts'

/** What a server knows of a mail without its bytes. */
export type MailFacts = {
  uid: number
  /** RFC822.SIZE: a hint (Exchange estimates it). */
  sizeBytes: number
  /** INTERNALDATE. */
  receivedAt: Date
  /** `oid:` EMAILID (RFC 8474) or `gm:` X-GM-MSGID; a hint, not unique. */
  serverId: string | null
  /** X-GM-LABELS, the folder that is open left out; null where the server has none. */
  labels: ReadonlySet<string> | null
}

/** The facts of a mail with its Message-ID field as it stands there, empty where it has none. */
export type MailMarks = MailFacts & { messageIdField: Buffer }

const factsTimeoutMs = 60_000
const turnMails = 20 // the client reads all that has come in one go: half a millisecond a mail in which nobody else is served
const marksBytes = 32 * 1_048_576 // 500 ids of 64 kB, which no honest mail has

/** Facts of those that are there, in the server's order. @throws RemoteFault */
export async function fetchFacts(client: ImapClient, uids: readonly number[]): Promise<MailFacts[]> {
  return await fetchAll(client, uids, { withMessageId: false })
}

/** The facts of `fetchFacts` with the Message-ID fields: about 200 bytes a mail. @throws RemoteFault */
export async function fetchMarks(client: ImapClient, uids: readonly number[]): Promise<MailMarks[]> {
  return await fetchAll(client, uids, { withMessageId: true })
}

async function fetchAll(
  client: ImapClient,
  uids: readonly number[],
  { withMessageId }: { withMessageId: boolean },
): Promise<MailMarks[]> {
  if (uids.length === 0) return []
  const prefix = client.flow.capabilities.has('OBJECTID') ? 'oid' : 'gm'
  const query = {
    uid: true,
    size: true,
    internalDate: true,
    labels: client.flow.capabilities.has('X-GM-EXT-1'),
    ...(withMessageId && { headers: ['Message-ID'] }),
  }
  const work = async (flow: ImapClient['flow']): Promise<MailMarks[]> => {
    const found: MailMarks[] = []
    for await (const mail of flow.fetch(uidSet(uids), query, { uid: true })) {
      found.push(...marksOf(mail, prefix))
      if (found.length % turnMails === 0) await nextTurn()
    }
    return found
  }
  return await client.run(factsTimeoutMs, work, withMessageId ? marksBytes : undefined)
}

/** None of an unsolicited answer, which carries no UID or no date (RFC 3501 §7.4.2). */
function marksOf({ uid, internalDate, ...mail }: FetchMessageObject, prefix: string): MailMarks[] {
  if (!uid || internalDate === undefined) return []
  return [
    {
      uid,
      sizeBytes: mail.size ?? 0,
      receivedAt: new Date(internalDate),
      serverId: mail.emailId ? `${prefix}:${mail.emailId}` : null,
      labels: mail.labels ?? null,
      messageIdField: mail.headers ?? Buffer.alloc(0),
    },
  ]
}
