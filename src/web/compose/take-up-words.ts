import type { Message } from '../../shared/tickets.ts'
import { getMessageWords } from '../../shared/words.ts'
import type { Call } from '../call.ts'
import { attachAgain } from './attach-again.ts'
import type { Draft } from './draft-store.ts'
import { partUploads } from './picture-ids.ts'

/**
 * What an agent wrote of a message, for the composer: its files and pictures as fresh uploads.
 *
 * @param change what is uploaded in place of each file
 * @throws CallFailed when a file cannot be read back or is refused
 */
export async function takeUpWords(
  api: { call: Call; appBase: string },
  message: Message,
  change?: (file: File) => Promise<File>,
): Promise<Pick<Draft, 'text' | 'html' | 'uploads' | 'pictures'>> {
  const words = await api.call(getMessageWords, { params: { id: message.id } })
  const uploads = await attachAgain(api, message.attachments, change)
  const places = message.attachments.map(file => file.id)
  let { html } = words
  for (const { uploadId, attachmentId } of words.pictures) {
    const fresh = uploads[places.indexOf(attachmentId)]
    if (fresh !== undefined)
      html = html?.replaceAll(`data-upload="${uploadId}"`, `data-upload="${fresh.id}"`) ?? null
  }
  return { text: words.text, html, ...partUploads(uploads, html) }
}
