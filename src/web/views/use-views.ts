import { useQuery } from '@tanstack/react-query'
import { countViews, listViews, type View } from '../../shared/views.ts'
import { useApi } from '../api.tsx'
import type { ListPlace } from '../inbox/place.ts'

// What waits for longer than a time becomes true with no news of it.
const WAITING_LOOKED_AT_MS = 60_000

/** The views of this agent, own and shared, in their order. */
export function useViews() {
  const { call } = useApi()
  return useQuery({
    queryKey: ['views'],
    queryFn: async () => (await call(listViews)).data,
    staleTime: 30_000,
  })
}

/** How often what a filter holds is to be asked for though nothing happened; false where only news changes it. */
export function lookAgainMs(isOfWaiting: boolean): number | false {
  return isOfWaiting ? WAITING_LOOKED_AT_MS : false
}

/** How many tickets of each view want work, by its id. Kept true like the counts of the queues. */
export function useViewCounts(mailboxId: number | undefined): ReadonlyMap<number, number | null> {
  const { call } = useApi()
  const views = useViews().data ?? []
  const { data } = useQuery({
    queryKey: ['queues', 'views', mailboxId ?? null],
    queryFn: async () =>
      (await call(countViews, { query: mailboxId === undefined ? {} : { mailboxId } })).data,
    enabled: views.length > 0,
    refetchInterval: lookAgainMs(views.some(({ filter }) => filter.waitingMinutes !== undefined)),
  })
  return new Map(data?.map(({ viewId, count }) => [viewId, count]))
}

/** The view a place is of; undefined in a queue, and while it is not known. */
export function useViewHere({ viewId }: Pick<ListPlace, 'viewId'>): View | undefined {
  return useViews().data?.find(view => view.id === viewId)
}
