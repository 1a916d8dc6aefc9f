import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { dropDraft, findDraft, saveDraft } from '../../shared/drafts.ts'
import { useApi } from '../api.tsx'
import { useMe } from '../session.ts'
import { DraftSaver } from './draft-saver.ts'
import {
  type Draft,
  draftKey,
  isWritten,
  type KeptDraft,
  NO_DRAFT,
  readDraft,
  reconcile,
  takeOver,
  toContent,
  writeDraft,
} from './draft-store.ts'

// Told to the page when a draft was put back from outside its composer.
const PUT_EVENT = 'letterdesk-draft'

/** The draft of a ticket with what changes it. Kept in this browser at once and on the server a second later. */
export type DraftUse = {
  draft: Draft
  change: (patch: Partial<Draft>) => void
  /** The draft at this moment, also between two renders. */
  read: () => Draft
  clear: () => void
  /** Words of another device that do not continue ours, to be chosen or passed over. */
  other: { takeTheirs: () => void; keepOurs: () => void } | undefined
  /** Sends the words with no save of them on its way. */
  whileSending: DraftSaver['whileSending']
}

/** Where a draft is kept: under a key of this browser, and on the server by these calls. They stay as they are first given. */
export type DraftHome = {
  key: string
  queryKey: readonly unknown[]
  find: () => Promise<KeptDraft | null>
  save: (words: Draft) => Promise<{ revision: number }>
  drop: () => Promise<unknown>
}

/** The agent's draft on a ticket; also after a reload, on another device, and after an undone send put it back. */
export function useDraft(ticketNumber: number): DraftUse {
  const { call } = useApi()
  const params = { number: ticketNumber }
  return useKeptDraft({
    key: draftKey(useMe().id, ticketNumber),
    queryKey: ['draft', ticketNumber],
    find: async () => (await call(findDraft, { params })).draft,
    save: words => call(saveDraft, { params, body: { content: toContent(words), revision: words.revision } }),
    drop: () => call(dropDraft, { params }),
  })
}

/** A draft that is kept where `home` says: what a draft on a ticket and one of a new ticket share. */
export function useKeptDraft(home: DraftHome): DraftUse {
  const { key } = home
  const [draft, setDraft] = useState(() => readDraft(window.localStorage, key))
  const [other, setOther] = useState<KeptDraft>()
  // Changes follow each other faster than renders: a file may settle while a key is pressed.
  const latest = useRef(draft)
  const take = useCallback(
    (next: Draft) => {
      latest.current = next
      setDraft(next)
      writeDraft(window.localStorage, key, next)
    },
    [key],
  )
  const queries = useQueryClient()
  const [saving] = useState(
    () =>
      new DraftSaver({
        save: home.save,
        drop: home.drop,
        read: () => latest.current,
        onSaved: take,
        isKept: () => isWritten(readDraft(window.localStorage, key)),
        onConflict: () => queries.invalidateQueries({ queryKey: home.queryKey }),
      }),
  )
  // What was drawn ahead knows the words of then.
  useLayoutEffect(() => {
    const kept = readDraft(window.localStorage, key)
    if (kept === latest.current) return // nobody has begun one
    latest.current = kept
    setDraft(kept)
  }, [key])
  useEffect(() => {
    saving.begin()
    return () => saving.end()
  }, [saving])
  useEffect(() => {
    const reread = (event: Event) => {
      if (!(event instanceof CustomEvent) || event.detail !== key) return
      latest.current = readDraft(window.localStorage, key)
      setDraft(latest.current)
      if (latest.current.isUnsaved) saving.soon()
    }
    window.addEventListener(PUT_EVENT, reread)
    return () => window.removeEventListener(PUT_EVENT, reread)
  }, [key, saving])
  useServerDraft(home, saving, theirs => {
    const met = reconcile(latest.current, theirs)
    take(met.draft)
    setOther(met.other)
    if (met.draft.isUnsaved && met.other === undefined) saving.soon()
  })
  const change = (patch: Partial<Draft>) => {
    const isWords = Object.keys(patch).some(name => !['isOpen', 'lastTry'].includes(name))
    take({ ...latest.current, ...patch, ...(isWords ? { isUnsaved: true } : {}) })
    if (isWords && other === undefined && (isWritten(latest.current) || latest.current.revision > 0))
      saving.soon()
  }
  const clear = () => {
    const hadRevision = latest.current.revision > 0 || latest.current.isUnsaved
    take(NO_DRAFT)
    setOther(undefined)
    if (hadRevision) saving.drop()
  }
  const choice = other && {
    takeTheirs: () => {
      take(takeOver(other))
      setOther(undefined)
    },
    keepOurs: () => {
      take({ ...latest.current, revision: other.revision, isUnsaved: true })
      setOther(undefined)
      saving.soon()
    },
  }
  const read = () => latest.current
  return { draft, change, read, clear, other: choice, whileSending: send => saving.whileSending(send) }
}

/** Tells what the server keeps of this draft, each time it is read anew; what crossed a save of ours is read once more. */
function useServerDraft(
  home: DraftHome,
  saving: DraftSaver,
  onKnown: (theirs: KeptDraft | null) => void,
): void {
  const queries = useQueryClient()
  const kept = useQuery({
    queryKey: home.queryKey,
    queryFn: async () => {
      const readAt = saving.moment()
      return { draft: await home.find(), readAt }
    },
    staleTime: 0,
    gcTime: 0,
  })
  const readAgain = () => queries.invalidateQueries({ queryKey: home.queryKey })
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each answer
  useEffect(() => {
    if (kept.data === undefined) return
    const { draft, readAt } = kept.data
    if (readAt !== undefined && readAt === saving.moment()) onKnown(draft)
    else void saving.settled().then(readAgain)
  }, [kept.data, kept.dataUpdatedAt])
}

/** Puts a draft in place, as after an undone send; where its ticket is open, its composer shows it. */
export function putDraft(key: string, draft: Draft): void {
  writeDraft(window.localStorage, key, draft)
  window.dispatchEvent(new CustomEvent(PUT_EVENT, { detail: key }))
}
