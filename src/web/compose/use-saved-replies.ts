import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { countSavedReply, type OfferedReply, offerSavedReplies } from '../../shared/saved-replies.ts'
import { splitAtGaps } from '../../shared/template-variables.ts'
import { useApi } from '../api.tsx'
import { useCommand } from '../keys/commands.tsx'
import type { Draft } from './draft-store.ts'
import { takeEditor } from './focus-composer.ts'
import type { OfferSource } from './saved-reply-picker.tsx'

/**
 * The picker of saved replies in a reply's composer: opened by `/` at the start of a line or by its key, closed
 * without a choice it leaves the `/` that was typed. What is chosen stands at the caret, its first gap selected.
 */
export function useSavedReplies(draft: Draft) {
  const { call } = useApi()
  const queries = useQueryClient()
  const [opened, setOpened] = useState<{ by: 'slash' | 'key' } | null>(null)
  const isReply = draft.mode !== 'note'
  const open = () => setOpened({ by: 'key' })
  useCommand('saved-reply', isReply ? open : undefined)

  const insert = (text: string, gap?: { start: number; length: number }) => {
    setOpened(null)
    // After the dialog has given the focus back.
    window.setTimeout(() => putIn(text, gap))
  }
  return {
    isOpen: opened !== null,
    open,
    openBySlash: isReply ? () => setOpened({ by: 'slash' }) : undefined,
    close: () => (opened?.by === 'slash' ? insert('/') : insert('')),
    choose: (reply: OfferedReply) => {
      const gap = splitAtGaps(reply.text).find(part => part.gap !== null)
      insert(reply.text, gap && { start: gap.start, length: gap.text.length })
      // A count that is lost costs nothing: the reply is what matters.
      void call(countSavedReply, { params: { id: reply.id } }).then(
        () => queries.invalidateQueries({ queryKey: ['saved-replies'] }),
        () => undefined,
      )
    },
  }
}

/** The saved replies for a ticket, as an answer to its newest message or to a chosen one. */
export function useTicketOffer(number: number, draft: Pick<Draft, 'answeredMessageId'>): OfferSource {
  const { call } = useApi()
  const answeredMessageId = draft.answeredMessageId ?? null
  const query = answeredMessageId === null ? {} : { answeredMessageId }
  return {
    key: [number, answeredMessageId],
    load: async () => (await call(offerSavedReplies, { params: { number }, query })).data,
  }
}

function putIn(text: string, gap: { start: number; length: number } | undefined): void {
  const taken = takeEditor()
  if (taken === undefined) return
  const { editor, hands } = taken
  const start = text === '' ? 0 : hands.insertText(editor, text)
  if (gap === undefined) editor.view.focus()
  else hands.selectText(editor, start + gap.start, gap.length)
}

/** Selects a gap of the text in the composer, so that the next word typed fills it. */
export function selectGap(start: number, length: number): void {
  const taken = takeEditor()
  taken?.hands.selectText(taken.editor, start, length)
}
