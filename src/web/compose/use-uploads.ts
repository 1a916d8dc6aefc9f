import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { getLimits } from '../../shared/limits.ts'
import { createUpload } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { CallFailed } from '../call.ts'
import { refuseSize } from './upload-limit.ts'
import type { DraftUse } from './use-draft.ts'

/** A file on its way up, or refused. */
export type PendingFile = { key: number; filename: string; sizeBytes: number; error?: unknown }

/** Uploads files into a draft one by one; one that is too large is not begun, and a refused one stays listed with its reason until dismissed. */
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
  const upload = async (file: File, key: number, sent: DraftUse['draft']['uploads']) => {
    const refused = refuseSize(file.size, sent, limits)
    if (refused !== undefined) return settle(key, refused)
    try {
      const filename = file.name.slice(-255) || 'file'
      const taken = await call(createUpload, { query: { filename }, body: file })
      sent.push(taken)
      use.change({ uploads: [...sent] })
      settle(key)
    } catch (error) {
      settle(key, error instanceof CallFailed ? error : new CallFailed('unexpected', 0))
    }
  }
  const add = async (files: readonly File[]) => {
    const begun = files.map(file => ({ file, key: Math.random() }))
    const waiting = begun.map(({ file, key }) => ({ key, filename: file.name, sizeBytes: file.size }))
    setPending(now => [...now, ...waiting])
    const sent = [...use.draft.uploads]
    for (const { file, key } of begun) await upload(file, key, sent)
  }
  const isUploading = pending.some(file => file.error === undefined)
  return { pending, isUploading, add, dismiss: (key: number) => settle(key) }
}
