import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { listNotifications, lookAtNotifications, type NotificationList } from '../../shared/notifications.ts'
import { useApi } from '../api.tsx'
import { keep, readKept } from '../kept.ts'
import { useMe } from '../session.ts'
import { useNotices } from '../ui/notices.tsx'

const KEY = ['notifications'] as const

/** What this agent is told of; the live feed says when to ask again. What this browser opened is not new in it. */
export function useNotifications() {
  const { call } = useApi()
  const agentId = useMe().id
  return useQuery({
    queryKey: KEY,
    queryFn: async () => withoutOpened(await call(listNotifications), readOpened(agentId)),
    staleTime: 30_000,
  })
}

/** How many of what the bell lists are new. */
export function useNewCount(): number {
  const list = useNotifications().data
  return list?.data.filter(one => one.channels.list && one.isNew).length ?? 0
}

/** Says that everything listed was looked at; it is new no more at once. */
export function useLookAtAll(): () => Promise<void> {
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  return async () => {
    const list = queries.getQueryData<NotificationList>(KEY)
    const [newest] = list?.data ?? []
    if (list === undefined || newest === undefined) return
    await queries.cancelQueries({ queryKey: KEY })
    queries.setQueryData<NotificationList>(
      KEY,
      allOld(list, () => true),
    )
    try {
      await call(lookAtNotifications, { body: { upTo: newest.at } })
    } catch (error) {
      notices.failed(error)
    }
    await queries.invalidateQueries({ queryKey: KEY })
  }
}

/** What is told of a ticket that is in sight is new no more, in this browser: kept as long as it is listed. */
export function openNotifications(queries: QueryClient, agentId: number, number: number): void {
  const list = queries.getQueryData<NotificationList>(KEY)
  const opened = list?.data.filter(one => one.isNew && one.ticketNumber === number).map(one => one.id) ?? []
  if (list === undefined || opened.length === 0) return
  const before = readOpened(agentId)
  const listed = list.data.map(one => one.id).filter(id => before.has(id) || opened.includes(id))
  keep(openedKey(agentId), JSON.stringify(listed))
  queries.setQueryData<NotificationList>(
    KEY,
    allOld(list, id => opened.includes(id)),
  )
}

function withoutOpened(list: NotificationList, opened: ReadonlySet<string>): NotificationList {
  return allOld(list, id => opened.has(id))
}

function allOld(list: NotificationList, isOld: (id: string) => boolean): NotificationList {
  return { ...list, data: list.data.map(one => (isOld(one.id) ? { ...one, isNew: false } : one)) }
}

function openedKey(agentId: number): string {
  return `letterdesk.opened.${agentId}`
}

function readOpened(agentId: number): Set<string> {
  try {
    const kept: unknown = JSON.parse(readKept(openedKey(agentId)) ?? '[]')
    return new Set(Array.isArray(kept) ? kept.filter(id => typeof id === 'string') : [])
  } catch {
    return new Set() // not ours
  }
}
