import { useEffect, useState } from 'react'
import { CallFailed } from '../call.ts'
import { useNotices } from './notices.tsx'

const SAID_FOR_MS = 2_000

/** Copies words and says so for two seconds (`isCopied`); where the browser refuses, a notice says why. */
export function useCopy(): { isCopied: boolean; copy: (words: string) => void } {
  const notices = useNotices()
  const [copiedAtMs, setCopiedAtMs] = useState<number>()
  useEffect(() => {
    if (copiedAtMs === undefined) return
    const timer = window.setTimeout(() => setCopiedAtMs(undefined), SAID_FOR_MS)
    return () => window.clearTimeout(timer)
  }, [copiedAtMs])
  const copy = (words: string) => {
    copyWords(words).then(
      () => setCopiedAtMs(Date.now()),
      (error: unknown) => notices.failed(error),
    )
  }
  return { isCopied: copiedAtMs !== undefined, copy }
}

/**
 * Puts words into the clipboard.
 *
 * @throws CallFailed `no-clipboard`: browsers give it to pages of HTTPS and of this machine alone
 */
export async function copyWords(words: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(words)
  } catch (cause) {
    throw new CallFailed('no-clipboard', 0, undefined, { cause })
  }
}
