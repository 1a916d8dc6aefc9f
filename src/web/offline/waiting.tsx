import { createContext, type ReactNode, useContext, useEffect, useSyncExternalStore } from 'react'
import { CallFailed } from '../call.ts'
import { useMe } from '../session.ts'
import { useNotices } from '../ui/notices.tsx'
import type { WaitingChanges } from './waiting-changes.ts'

const WaitingContext = createContext<WaitingChanges | null>(null)

/** Hands the line of waiting changes to everything below. */
export function WaitingProvider(props: { waiting: WaitingChanges; children: ReactNode }) {
  return <WaitingContext value={props.waiting}>{props.children}</WaitingContext>
}

/** The line in which changes wait for the server. */
export function useWaiting(): WaitingChanges {
  const waiting = useContext(WaitingContext)
  if (waiting === null) throw new CallFailed('unexpected', 0)
  return waiting
}

/** How many changes wait. */
export function useWaitingCount(): number {
  const { subscribe, count } = useWaiting()
  return useSyncExternalStore(subscribe, count)
}

/** Goes on with changes that an earlier page of this agent could not hand over. */
export function ResumeChanges() {
  const { id } = useMe()
  const { resume } = useWaiting()
  const { failed } = useNotices()
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each agent
  useEffect(() => resume(id, failed), [id])
  return null
}
