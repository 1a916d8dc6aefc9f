import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { getLimits } from '../../shared/limits.ts'
import { createUpload, type Upload } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { CallFailed } from '../call.ts'
import { partUploads } from './picture-ids.ts'
import { type PlacedPicture, readyPicture } from './place-pictures.ts'
import { refuseSize } from './upload-limit.ts'
import type { DraftUse } from './use-draft.ts'

/** A file on its way up, or refused. */
export type PendingFile = { key: number; filename: string; sizeBytes: number; error?: unknown }

/**
 * Uploads files into a draft, one by one: beside its text (`add`) or as pictures in it (`place`). A file that is too large
 * is not begun; one that is refused stays listed with the reason until it is dismissed.
 */
export function useUploads(use: DraftUse) {
  const { call } = useApi()
  const limits = useQuery({
    queryKey: ['limits'],
    queryFn: () => call(getLimits),
    staleTime: Number.POSITIVE_INFINITY,
  }).data
  const [pending, setPending] = useState<readonly PendingFile[]>([])
  const settle = (key: number, error?: unknown) =>
    setPending(now =>
      error === undefined
        ? now.filter(file => file.key !== key)
        : now.map(file => (file.key === key ? { ...file, error } : file)),
    )
  const upload = async (file: File, key: number): Promise<Upload | undefined> => {
    const { uploads, pictures, html } = use.read()
    const placed = partUploads(pictures, html).pictures
    const refused = refuseSize(file.size, [...uploads, ...placed], limits)
    if (refused !== undefined) {
      settle(key, refused)
      return undefined
    }
    try {
      const filename = file.name.slice(-255) || 'file'
      const taken = await call(createUpload, { query: { filename }, body: file })
      settle(key)
      return taken
    } catch (error) {
      settle(key, error instanceof CallFailed ? error : new CallFailed('unexpected', 0))
      return undefined
    }
  }
  const begin = (files: readonly File[]) => {
    const begun = files.map(file => ({ file, key: Math.random() }))
    const waiting = begun.map(({ file, key }) => ({ key, filename: file.name, sizeBytes: file.size }))
    setPending(now => [...now, ...waiting])
    return begun
  }
  const add = async (files: readonly File[]) => {
    for (const { file, key } of begin(files)) {
      const taken = await upload(file, key)
      if (taken !== undefined) use.change({ uploads: [...use.read().uploads, taken] })
    }
  }
  const place = async (files: readonly File[]): Promise<PlacedPicture[]> => {
    const placed: PlacedPicture[] = []
    for (const { file, key } of begin(files)) {
      const ready = await readyPicture(file)
      const taken = await upload(ready.file, key)
      if (taken === undefined) continue
      use.change({ pictures: [...use.read().pictures, taken] })
      placed.push({ uploadId: taken.id, alt: taken.filename, width: ready.width })
    }
    return placed
  }
  const isUploading = pending.some(file => file.error === undefined)
  return { pending, isUploading, add, place, dismiss: (key: number) => settle(key) }
}
