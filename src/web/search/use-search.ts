import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type SearchHit, search } from '../../shared/search.ts'
import { useApi } from '../api.tsx'

/** What is searched for and which hit is open, as the address says. */
export type SearchPlace = {
  q: string
  hit: string | undefined
  /** Takes the place of what was searched for; Back leads to where the search began. */
  ask: (q: string) => void
  openHit: (hit: SearchHit) => void
}

/** A hit as the address names it: `m12` a message, `n3` a note. */
export function hitKey({ messageId, noteId }: Pick<SearchHit, 'messageId' | 'noteId'>): string {
  return messageId !== null ? `m${messageId}` : `n${noteId}`
}

/** Reads the search from the address. */
export function useSearchPlace(): SearchPlace {
  const { q = '', hit } = useSearch({ strict: false })
  const navigate = useNavigate()
  return {
    q,
    hit,
    ask: wanted => void navigate({ to: '/search', search: { q: wanted }, replace: true }),
    openHit: wanted =>
      void navigate({
        to: '/search/$number',
        params: { number: wanted.number },
        search: { q, hit: hitKey(wanted) },
      }),
  }
}

/** The hits, a page at a time; those of the words before stay until the new ones are there. */
export function useHits(q: string) {
  const { call } = useApi()
  return useInfiniteQuery({
    queryKey: ['search', q],
    queryFn: ({ pageParam }) =>
      call(search, { query: { q, ...(pageParam === undefined ? {} : { cursor: pageParam }) } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.nextCursor ?? undefined,
    enabled: q.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    retry: false,
  })
}
