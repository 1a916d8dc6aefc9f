import { type AttachmentInfo, createUpload, downloadAttachment, type Upload } from '../../shared/tickets.ts'
import { apiUrl, type Call, CallFailed } from '../call.ts'

/**
 * Uploads the files of a reply that was taken back or did not arrive: sending had used their uploads up,
 * so the draft needs fresh ones.
 *
 * @param change what is uploaded in place of each file
 * @throws CallFailed when a file cannot be read back or is refused
 */
export async function attachAgain(
  api: { call: Call; appBase: string },
  files: readonly AttachmentInfo[],
  change: (file: File) => Promise<File> = async file => file,
): Promise<Upload[]> {
  const uploads: Upload[] = []
  for (const file of files) {
    const url = apiUrl(api.appBase, downloadAttachment.path, { params: { id: file.id } })
    const answer = await fetch(url, { credentials: 'same-origin' })
    if (!answer.ok) throw new CallFailed('unknown-upload', answer.status)
    const body = await change(new File([await answer.blob()], file.filename, { type: file.contentType }))
    uploads.push(await api.call(createUpload, { query: { filename: body.name }, body }))
  }
  return uploads
}
