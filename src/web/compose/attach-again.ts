import { type AttachmentInfo, createUpload, downloadAttachment, type Upload } from '../../shared/tickets.ts'
import { apiUrl, type Call, CallFailed } from '../call.ts'

/**
 * Uploads the files of a reply that was taken back: sending had used their uploads up, so the draft
 * needs fresh ones.
 *
 * @throws CallFailed when a file cannot be read back or is refused
 */
export async function attachAgain(
  api: { call: Call; appBase: string },
  files: readonly AttachmentInfo[],
): Promise<Upload[]> {
  const uploads: Upload[] = []
  for (const file of files) {
    const url = apiUrl(api.appBase, downloadAttachment.path, { params: { id: file.id } })
    const answer = await fetch(url, { credentials: 'same-origin' })
    if (!answer.ok) throw new CallFailed('unknown-upload', answer.status)
    const body = await answer.blob()
    uploads.push(await api.call(createUpload, { query: { filename: file.filename }, body }))
  }
  return uploads
}
