import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMe } from '../session.ts'
import { type Draft, draftKey, NO_DRAFT, readDraft, writeDraft } from './draft-store.ts'

/** The draft of a ticket with what changes it. Kept in this browser until it is sent. */
export type DraftUse = {
  draft: Draft
  change: (patch: Partial<Draft>) => void
  clear: () => void
}

/** The agent's draft on a ticket: the same wherever it is shown, also after a reload. */
export function useDraft(ticketNumber: number): DraftUse {
  const queries = useQueryClient()
  const agentId = useMe().id
  const key = draftKey(agentId, ticketNumber)
  const { data } = useQuery({
    queryKey: ['draft', key],
    queryFn: () => readDraft(window.localStorage, key),
    initialData: () => readDraft(window.localStorage, key),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return {
    draft: data,
    change: patch => putDraft(queries, key, { ...currentDraft(queries, key), ...patch }),
    clear: () => putDraft(queries, key, NO_DRAFT),
  }
}

/** Puts a draft back, as after an undone send; where its ticket is open, its composer shows it. */
export function putDraft(queries: QueryClient, key: string, draft: Draft): void {
  queries.setQueryData<Draft>(['draft', key], draft)
  writeDraft(window.localStorage, key, draft)
}

function currentDraft(queries: QueryClient, key: string): Draft {
  return queries.getQueryData<Draft>(['draft', key]) ?? readDraft(window.localStorage, key)
}
