import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import {
  dropNewTicketDraft,
  findNewTicketDraft,
  type NewTicketContent,
  type NewTicketHead,
  saveNewTicketDraft,
} from '../../shared/new-tickets.ts'
import { useApi } from '../api.tsx'
import type { Call } from '../call.ts'
import { type Draft, type KeptDraft, newTicketKey, toContent } from '../compose/draft-store.ts'
import { type DraftUse, useKeptDraft } from '../compose/use-draft.ts'
import { useMailboxes, useMe } from '../session.ts'

const QUERY_KEY = ['new-ticket-draft'] as const

/** What is written of the ticket that is being begun, with what stands above its words. */
export type NewTicketUse = DraftUse & {
  head: NewTicketHead
  changeHead: (patch: Partial<NewTicketHead>) => void
}

/** The agent's draft of a new ticket, as reply drafts are kept: in this browser at once, on the server a second later. */
export function useNewTicket(mailboxId: number | undefined): NewTicketUse {
  const { call } = useApi()
  const use = useKeptDraft({
    key: newTicketKey(useMe().id),
    queryKey: QUERY_KEY,
    find: () => findKept(call),
    save: words =>
      call(saveNewTicketDraft, { body: { content: contentOf(words), revision: words.revision } }),
    drop: () => call(dropNewTicketDraft),
  })
  const head = useUsableHead(use.draft.head ?? { ...NO_HEAD, mailboxId: mailboxId ?? null })
  const changeHead = (patch: Partial<NewTicketHead>) =>
    use.change({ head: { ...head, ...use.read().head, ...patch }, isOpen: true })
  return { ...use, head, changeHead }
}

// A mailbox that was removed, or never chosen, is the first one.
function useUsableHead(head: NewTicketHead): NewTicketHead {
  const mailboxes = useMailboxes().data ?? []
  const isThere = mailboxes.some(one => one.id === head.mailboxId)
  return isThere ? head : { ...head, mailboxId: mailboxes[0]?.id ?? null, from: null }
}

const NO_HEAD: NewTicketHead = {
  kind: 'mail',
  mailboxId: null,
  from: null,
  subject: '',
  customerId: null,
  name: '',
  address: '',
  phone: '',
}

/** What the server keeps of a new ticket; null where nothing is begun, undefined until it is known. */
export function useKeptNewTicket(isWanted: boolean): KeptDraft | null | undefined {
  const { call } = useApi()
  const kept = useQuery({
    queryKey: [...QUERY_KEY, 'kept'],
    queryFn: async () => ({ draft: await findKept(call) }),
    enabled: isWanted,
  })
  return kept.data?.draft
}

async function findKept(call: Call): Promise<KeptDraft | null> {
  const { draft } = await call(findNewTicketDraft)
  return (
    draft && {
      ...draft,
      mode: draft.head.kind === 'mail' ? 'reply' : 'note',
      withHistory: false,
      seenEventId: null,
    }
  )
}

function contentOf(words: Draft): NewTicketContent {
  const { text, html = null, to, cc, bcc, uploadIds } = toContent(words)
  const head = words.head ?? NO_HEAD
  return { text, html, to: to ?? [], cc: cc ?? [], bcc, uploadIds, head }
}

/** Puts the caret where the first thing is missing, once; not where somebody types already. */
export function useFirstFocus(ids: readonly string[]): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => {
    const active = document.activeElement
    if (active instanceof HTMLElement && active.matches('input, textarea, select, [contenteditable="true"]'))
      return
    const fields = ids.map(id => document.getElementById(id)).filter(one => one instanceof HTMLInputElement)
    ;(fields.find(field => field.value === '' && field.dataset.filled !== 'true') ?? fields.at(-1))?.focus()
  }, [])
}
