import type { TFunction } from '../words-of.ts'
import type { PresentAgent } from './use-presence.ts'

/** Who does what, for people: "Ana is replying". */
export function presenceWords(t: TFunction, { name, doing }: PresentAgent): string {
  switch (doing) {
    case 'replying':
      return t('presence.replying', { name })
    case 'noting':
      return t('presence.noting', { name })
    default:
      return t('presence.viewing', { name })
  }
}

/** Who writes first, so that the most that must be known is told where there is room for one. */
export function byWeight(agents: readonly PresentAgent[]): PresentAgent[] {
  const weight = { replying: 0, noting: 1, viewing: 2 }
  return agents.toSorted((a, b) => weight[a.doing] - weight[b.doing])
}
