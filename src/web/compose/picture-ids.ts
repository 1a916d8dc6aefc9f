import type { Upload } from '../../shared/tickets.ts'

/** The uploads that stand in words as pictures. */
export function pictureIdsIn(html: string | null): string[] {
  return [
    ...new Set([...(html ?? '').matchAll(/ data-upload="([0-9a-f-]{36})"/g)].flatMap(([, id]) => id ?? [])),
  ]
}

/** Uploads parted into files beside the text and pictures in it. */
export function partUploads(uploads: readonly Upload[], html: string | null) {
  const placed = new Set(pictureIdsIn(html))
  return {
    uploads: uploads.filter(upload => !placed.has(upload.id)),
    pictures: uploads.filter(upload => placed.has(upload.id)),
  }
}
