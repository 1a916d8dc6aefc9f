import { useCallback } from 'react'
import { useKeptChoice } from '../use-kept-choice.ts'

/** Whether the queues stand beside the list: a choice that stays in this browser. */
export function useSidebar(): { isShown: boolean; toggle: () => void } {
  const [chosen, choose] = useKeptChoice('sidebar', ['shown', 'hidden'])
  const toggle = useCallback(() => choose(chosen === 'shown' ? 'hidden' : 'shown'), [choose, chosen])
  return { isShown: chosen === 'shown', toggle }
}
