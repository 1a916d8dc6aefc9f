import { RemoteFault } from '../lib/app-error.ts'
import type { ImapConnection } from '../mailboxes/imap-connection.ts'

/** The folder where sent mail is kept; undefined when the server has none we know. It is never made by us. */
export async function findSentFolder(imap: ImapConnection): Promise<string | undefined> {
  return (await imap.listFolders()).find(folder => folder.role === 'sent')?.path
}

/**
 * Whether a mail of ours is in the Sent folder, by X-Letterdesk-Ref (a relay may have replaced the
 * Message-ID), else by Message-ID.
 *
 * @throws RemoteFault `no-sent-folder`, or what the connection raises
 */
export async function isInSentFolder(
  imap: ImapConnection,
  mail: { uuid: string; internetMessageId: string },
): Promise<boolean> {
  const folder = await getSentFolder(imap)
  const byRef = await imap.findByHeader(folder, 'X-Letterdesk-Ref', mail.uuid)
  if (byRef.length > 0) return true
  return (await imap.findByHeader(folder, 'Message-ID', mail.internetMessageId)).length > 0
}

/** The folder where sent mail is kept. @throws RemoteFault `no-sent-folder` */
export async function getSentFolder(imap: ImapConnection): Promise<string> {
  const folder = await findSentFolder(imap)
  if (folder !== undefined) return folder
  throw new RemoteFault('no-sent-folder', 'the server has no folder for sent mail', { retry: false })
}
