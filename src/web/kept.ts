/** What this browser keeps under a name; null where it keeps nothing, or refuses to keep anything. */
export function readKept(key: string): string | null {
  try {
    return window.localStorage.getItem(key)
  } catch {
    return null
  }
}

/** Keeps words in this browser. Where storage is full or refused, it is as if they had never been kept. */
export function keep(key: string, words: string): void {
  try {
    window.localStorage.setItem(key, words)
  } catch {
    return
  }
}
