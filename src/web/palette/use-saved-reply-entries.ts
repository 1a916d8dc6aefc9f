import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { listSavedReplies } from '../../shared/saved-replies.ts'
import { useApi } from '../api.tsx'
import { wishReply } from '../compose/wished-reply.ts'
import type { Runnable } from '../keys/command-list.ts'
import { useHeldTyping, useRunnable } from '../keys/commands.tsx'
import { type Entry, makeEntry } from './find-entries.ts'
import { useTarget } from './target.ts'

// Of the words of a saved reply; more would be found that nobody meant.
const MAX_WORDS = 300

/** Saved replies, for the composer that is open or the reply that can be begun. A note takes none. */
export function useSavedReplyEntries(): Entry[] {
  const { call } = useApi()
  const { row } = useTarget()
  const runnable = useRunnable()
  const held = useHeldTyping()
  const isOffered = canTake(runnable)
  const replies = useQuery({
    queryKey: ['saved-replies'],
    queryFn: async () => (await call(listSavedReplies)).data,
    enabled: isOffered,
    staleTime: 60_000,
  }).data
  return useMemo(() => {
    if (!isOffered) return []
    return (replies ?? [])
      .filter(({ mailboxId }) => mailboxId === null || row === undefined || mailboxId === row.mailboxId)
      .filter(reply => !reply.isArchived)
      .map(({ id, name, folder, texts }) => {
        // What is typed from here on is for the text, behind the words that it waits for.
        const run = () => {
          held.begin()
          wishReply(id, row?.number)
          if (!runnable.has('saved-reply')) runnable.run('reply')
        }
        const bodies = texts.map(text => text.body.slice(0, MAX_WORDS))
        return makeEntry({ id: `savedReply.${id}`, kind: 'savedReply', words: name, run }, [
          folder,
          ...bodies,
        ])
      })
  }, [isOffered, replies, row, runnable, held])
}

function canTake(runnable: Runnable): boolean {
  return runnable.has('saved-reply') || (runnable.has('reply') && !runnable.has('switch-mode'))
}
