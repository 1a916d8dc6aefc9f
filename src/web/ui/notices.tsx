import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react'
import { useCommand } from '../keys/commands.tsx'
import { useTranslation } from '../texts.tsx'
import { faultReference, faultWords } from './fault-words.ts'
import type { Notice } from './notice.ts'
import { NoticeStack } from './notice-stack.tsx'

type DoneOptions = { undo?: () => Promise<void>; forMs?: number; isCounted?: boolean }

type Notices = {
  /**
   * Says that something is done; `undo` may be offered for a time, and `z` takes the newest.
   *
   * @returns takes the words back, for what was said at once and then refused
   */
  done: (text: string, options?: DoneOptions) => () => void
  /** Says that something happened that somebody must look at, with the way there. */
  warn: (text: string, act: NonNullable<Notice['act']>) => void
  /** Says why what was asked for is not done, and what must come first. */
  refused: (text: string) => void
  /** Says that something failed, in words by its code. */
  failed: (error: unknown) => void
}

const NoticeContext = createContext<Notices | null>(null)
const SHOWN_MS = 6000
const FAILURE_SHOWN_MS = 12_000
const WARNING_SHOWN_MS = 60_000

/** Keeps the notices of the page; `z` undoes the newest that can be undone. */
export function NoticeProvider(props: { children: ReactNode }) {
  const { t } = useTranslation()
  const [notices, setNotices] = useState<readonly Notice[]>([])
  const lastId = useRef(0)
  const add = useCallback((notice: Omit<Notice, 'id'>) => {
    lastId.current += 1
    const id = lastId.current
    setNotices(now => [...now.slice(-2), { ...notice, id }])
    return id
  }, [])
  const drop = useCallback((id: number) => setNotices(now => now.filter(notice => notice.id !== id)), [])
  const value = useMemo<Notices>(
    () => ({
      done: (text, options = {}) => {
        const untilMs = Date.now() + (options.forMs ?? SHOWN_MS)
        const id = add({ tone: 'done', text, untilMs, ...pickUndo(options) })
        return () => drop(id)
      },
      warn: (text, act) => {
        add({ tone: 'failed', text, act, untilMs: Date.now() + WARNING_SHOWN_MS })
      },
      refused: text => {
        add({ tone: 'failed', text, untilMs: Date.now() + SHOWN_MS })
      },
      failed: error => {
        add({
          tone: 'failed',
          text: faultWords(t, error),
          reference: faultReference(error),
          untilMs: Date.now() + FAILURE_SHOWN_MS,
        })
      },
    }),
    [add, drop, t],
  )
  const undo = (notice: Notice) => {
    drop(notice.id)
    notice.undo?.().catch((error: unknown) => value.failed(error))
  }
  const newest = notices.findLast(notice => notice.undo !== undefined && notice.untilMs > Date.now())
  useCommand('undo', newest && (() => undo(newest)))
  return (
    <NoticeContext value={value}>
      {props.children}
      <NoticeStack notices={notices} onUndo={undo} onDrop={drop} />
    </NoticeContext>
  )
}

function pickUndo(options: DoneOptions) {
  return {
    ...(options.undo === undefined ? {} : { undo: options.undo }),
    ...(options.isCounted === undefined ? {} : { isCounted: options.isCounted }),
  }
}

/** Says at the foot of the page what was done or what failed. */
export function useNotices(): Notices {
  const notices = useContext(NoticeContext)
  if (notices === null) throw new Error('useNotices outside NoticeProvider')
  return notices
}
