import { useRef } from 'react'
import type { TicketRow } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { useCommand } from '../keys/commands.tsx'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import { copyWords } from '../ui/use-copy.ts'

// As long as a sequence of keys waits.
const AGAIN_WITHIN_MS = 1200

/** A key copies the ticket's address; pressed a second time, number and subject with it, for a chat. Off without a ticket. */
export function useCopyLink(ticket: Pick<TicketRow, 'number' | 'subject'> | undefined): void {
  const { t } = useTranslation()
  const { appBase } = useApi()
  const notices = useNotices()
  const pressedAtMs = useRef(Number.NEGATIVE_INFINITY)
  const copyOf = ({ number, subject }: Pick<TicketRow, 'number' | 'subject'>) => {
    const link = new URL(`${appBase}tickets/${number}`, document.baseURI).href
    const isAgain = Date.now() - pressedAtMs.current < AGAIN_WITHIN_MS
    pressedAtMs.current = isAgain ? Number.NEGATIVE_INFINITY : Date.now()
    copyWords(isAgain ? `#${number} — ${subject} — ${link}` : link).then(
      () => notices.done(t(isAgain ? 'done.linkCopiedWithSubject' : 'done.linkCopied', { number })),
      (error: unknown) => notices.failed(error),
    )
  }
  useCommand('copy-link', ticket && (() => copyOf(ticket)))
}
