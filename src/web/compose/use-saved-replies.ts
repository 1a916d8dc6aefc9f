import { useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, useState } from 'react'
import { flushSync } from 'react-dom'
import { countSavedReply, type OfferedReply } from '../../shared/saved-replies.ts'
import { splitAtGaps } from '../../shared/template-variables.ts'
import { useApi } from '../api.tsx'
import { useCommand } from '../keys/commands.tsx'
import { selectGap } from './gap-strip.tsx'
import type { DraftUse } from './use-draft.ts'

/**
 * The picker of saved replies in a reply's composer: opened by `/` at the start of a line or by its key, closed
 * without a choice it leaves the `/` that was typed. What is chosen stands at the caret, its first gap selected.
 */
export function useSavedReplies({ draft, change }: DraftUse) {
  const { call } = useApi()
  const queries = useQueryClient()
  const [opened, setOpened] = useState<{ by: 'slash' | 'key' } | null>(null)
  const isReply = draft.mode === 'reply'
  const open = () => setOpened({ by: 'key' })
  useCommand('saved-reply', isReply ? open : undefined)

  const insert = (text: string, select?: { start: number; length: number }) => {
    const { start, end } = caret(draft.text)
    change({ text: draft.text.slice(0, start) + text + draft.text.slice(end), isOpen: true })
    setOpened(null)
    const at = select ?? { start: text.length, length: 0 }
    // After the dialog has given the focus back and the text has come into the field.
    window.setTimeout(() => selectGap(start + at.start, at.length))
  }
  return {
    isOpen: opened !== null,
    open,
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
    onKeyDown: (event: KeyboardEvent<HTMLTextAreaElement>) => {
      if (event.key !== '/' || !isReply || event.nativeEvent.isComposing || event.ctrlKey || event.metaKey)
        return
      const { selectionStart, selectionEnd, value } = event.currentTarget
      const isLineStart = selectionStart === 0 || value[selectionStart - 1] === '\n'
      if (!isLineStart || selectionStart !== selectionEnd) return
      event.preventDefault()
      // At once, before the next key is pressed: it is meant for the search.
      flushSync(() => setOpened({ by: 'slash' }))
    },
  }
}

/** Where the composer's caret is, also while the dialog has the focus. */
function caret(text: string): { start: number; end: number } {
  const composer = document.getElementById('composer')
  if (!(composer instanceof HTMLTextAreaElement)) return { start: text.length, end: text.length }
  return { start: composer.selectionStart, end: composer.selectionEnd }
}
