import type { ImapClient } from './imap-client.ts'
import { uidSet } from './uid-set.ts'

/** Undefined where it was done; else the response code of the refusal, where the server gave one (RFC 5530). */
export type ChangeRefused = { responseCode: string | null } | undefined

/** What may be changed on a server, in the folder opened last by `openForChanges`. No other mail is ever touched. */
export type ImapChanges = {
  /**
   * How mails get to another folder: at once (RFC 6851), copied and then removed one by one (UIDPLUS, RFC 4315), or not at
   * all, since a plain EXPUNGE would take whatever else is marked with them.
   */
  moving: 'at-once' | 'by-copy' | 'impossible'
  markRead: (uids: readonly number[]) => Promise<ChangeRefused>
  /** Only where `moving` is `at-once`. */
  moveMails: (uids: readonly number[], to: string) => Promise<ChangeRefused>
  /** All or none (RFC 3501 §6.4.7). */
  copyMails: (uids: readonly number[], to: string) => Promise<ChangeRefused>
  /** Removes these for good; only where the server has UIDPLUS. */
  expungeMails: (uids: readonly number[]) => Promise<ChangeRefused>
  /** Takes the label of the inbox off, in a folder other than it; only where folders are labels (X-GM-EXT-1). */
  leaveInbox: (uids: readonly number[]) => Promise<ChangeRefused>
}

const changeTimeoutMs = 60_000

/** The changing half of a connection. */
export function changesOf(client: ImapClient): ImapChanges {
  return {
    moving: movingOf(client),
    markRead: uids =>
      change(client, flow => flow.messageFlagsAdd(uidSet(uids), ['\\Seen'], { uid: true, silent: true })),
    moveMails: (uids, to) => change(client, flow => flow.messageMove(uidSet(uids), to, { uid: true })),
    copyMails: (uids, to) => change(client, flow => flow.messageCopy(uidSet(uids), to, { uid: true })),
    expungeMails: async uids => {
      // The library would send a plain EXPUNGE.
      if (!client.flow.capabilities.has('UIDPLUS')) return { responseCode: null }
      return await change(client, flow => flow.messageDelete(uidSet(uids), { uid: true }))
    },
    leaveInbox: uids =>
      change(client, flow =>
        flow.messageFlagsRemove(uidSet(uids), ['\\Inbox'], { uid: true, useLabels: true }),
      ),
  }
}

function movingOf({ flow: { capabilities } }: ImapClient): ImapChanges['moving'] {
  if (capabilities.has('MOVE')) return 'at-once'
  return capabilities.has('UIDPLUS') ? 'by-copy' : 'impossible'
}

/** The library answers `false` for a refusal and for a connection lost during it, and throws neither. */
async function change(
  client: ImapClient,
  work: (flow: ImapClient['flow']) => Promise<unknown>,
): Promise<ChangeRefused> {
  return await client.run(changeTimeoutMs, async flow => {
    let responseCode: string | null = null
    const listen = (answer: { code?: string }) => {
      responseCode = answer.code ?? null
    }
    flow.on('response', listen)
    try {
      if (await work(flow)) return undefined
      // In the client's own words, so that what ended the connection is told in place of this.
      if (!flow.usable)
        throw Object.assign(new Error('the change was not answered'), { code: 'NoConnection' })
      return { responseCode }
    } finally {
      flow.off('response', listen)
    }
  })
}
