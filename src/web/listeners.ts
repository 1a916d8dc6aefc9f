/** Whom something tells of its changes. `subscribe` is as React's `useSyncExternalStore` wants it. */
export type Listeners = {
  /** @returns takes it back */
  subscribe: (listener: () => void) => () => void
  tell: () => void
}

/** Nobody yet; each listener hears of each change once, in the order in which they came. */
export function createListeners(): Listeners {
  const listeners = new Set<() => void>()
  return {
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell: () => {
      for (const listener of listeners) listener()
    },
  }
}
