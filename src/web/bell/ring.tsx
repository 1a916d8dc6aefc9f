import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { Notification } from '../../shared/notifications.ts'
import { useApi } from '../api.tsx'
import { TAB_NAME } from '../presence/tab-name.ts'
import { useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { showOutside } from './browser-notification.ts'
import { playChime } from './chime.ts'
import { freshOf, type Known, knownOf } from './fresh-news.ts'
import { notificationWords, ticketWords } from './notification-words.ts'
import { hasLocks, holdLock, numbersInSight, sightName } from './tab-locks.ts'
import { showBellPanel } from './use-bell-panel.ts'
import { openNotifications, useNotifications } from './use-notifications.ts'

// What comes within ten seconds of a ring is told together, by the next one.
const GATHER_MS = 10_000
const NAMED_AT_ONCE = 3

/** Tells what is new outside the page: in one tab of the browser, as the agent chose, not of the ticket in sight. */
export function Ring(props: { number: number | undefined }) {
  const isInSight = useInSight(props.number)
  useOpened(isInSight ? props.number : undefined)
  const mayRing = useTurn()
  const tell = useTell(isInSight ? props.number : undefined)
  const list = useNotifications().data
  const known = useRef<Known>(undefined)
  const gathered = useRef<Gathered>({ waiting: [], lastMs: 0 })
  const latest = useRef({ mayRing, tell })
  latest.current = { mayRing, tell }
  useEffect(() => {
    const { current } = gathered
    return () => window.clearTimeout(current.timer)
  }, [])
  useEffect(() => {
    if (list === undefined) return
    const fresh = known.current === undefined ? [] : freshOf(known.current, list)
    known.current = knownOf(list)
    if (fresh.length > 0) gather(gathered.current, fresh, () => latest.current)
  }, [list])
  return null
}

type Gathered = { waiting: Notification[]; lastMs: number; timer?: number | undefined }
type Teller = { mayRing: () => boolean; tell: (fresh: readonly Notification[]) => Promise<void> }

function gather(gathered: Gathered, fresh: readonly Notification[], teller: () => Teller): void {
  gathered.waiting.push(...fresh)
  const ring = () => {
    gathered.timer = undefined
    const { waiting } = gathered
    gathered.waiting = []
    if (!teller().mayRing()) return
    gathered.lastMs = Date.now()
    void teller().tell(waiting)
  }
  gathered.timer ??= window.setTimeout(ring, Math.max(0, gathered.lastMs + GATHER_MS - Date.now()))
}

/** Whether it is this tab that rings. Without locks each one that is looked at does. */
function useTurn(): () => boolean {
  const agentId = useMe().id
  const isOurs = useRef(false)
  useEffect(() => {
    const release = holdLock(`letterdesk.bell.${agentId}`, () => {
      isOurs.current = true
    })
    return () => {
      isOurs.current = false
      release()
    }
  }, [agentId])
  return () => (hasLocks() ? isOurs.current : document.visibilityState === 'visible')
}

/** Whether the open ticket is in sight; the other tabs see it too. */
function useInSight(number: number | undefined): boolean {
  const agentId = useMe().id
  const [isVisible, setIsVisible] = useState(document.visibilityState === 'visible')
  useEffect(() => {
    const look = () => setIsVisible(document.visibilityState === 'visible')
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  useEffect(() => {
    if (number === undefined || !isVisible) return
    return holdLock(sightName(agentId, number, TAB_NAME))
  }, [agentId, number, isVisible])
  return isVisible
}

function useOpened(number: number | undefined): void {
  const agentId = useMe().id
  const queries = useQueryClient()
  const list = useNotifications().data
  useEffect(() => {
    if (number !== undefined && list !== undefined) openNotifications(queries, agentId, number)
  }, [queries, agentId, number, list])
}

function useTell(sight: number | undefined): (fresh: readonly Notification[]) => Promise<void> {
  const { t } = useTranslation()
  const { appBase } = useApi()
  const agentId = useMe().id
  const router = useRouter()
  return async fresh => {
    const inSight = await numbersInSight(agentId)
    const told = fresh.filter(one => one.ticketNumber !== sight && !inSight.has(one.ticketNumber))
    if (told.some(one => one.channels.sound)) void playChime()
    const shown = told.filter(one => one.channels.browser)
    const [first] = shown
    if (first === undefined) return
    const icon = `${appBase}icon-192.png`
    if (shown.length === 1) {
      const words = { title: notificationWords(t, first), body: `${ticketWords(t, first)}\n${first.excerpt}` }
      showOutside({ ...words, icon }, () => {
        const search = first.hit === null ? {} : { hit: first.hit }
        const params = { queue: 'all', number: first.ticketNumber } as const
        void router.navigate({ to: '/queue/$queue/$number', params, search })
      })
      return
    }
    const lines = shown.slice(0, NAMED_AT_ONCE).map(one => notificationWords(t, one))
    const title = t('bell.several', { count: shown.length })
    showOutside({ title, body: lines.join('\n'), icon }, () => showBellPanel(true))
  }
}
