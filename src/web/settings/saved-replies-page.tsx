import { Button, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  listSavedReplies,
  removeSavedReply,
  restoreSavedReply,
  type SavedReply,
} from '../../shared/saved-replies.ts'
import { useApi } from '../api.tsx'
import { useMailbox } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { languageName } from '../ui/language-name.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import css from './page.module.css'
import { Card, Page } from './page.tsx'
import { SavedReplyForm } from './saved-reply-form.tsx'

/** Saved replies: agents write their own, admins the shared ones as well. */
export function SavedRepliesPage() {
  const { t } = useTranslation()
  const { call } = useApi()
  const [search, setSearch] = useState('')
  // `new` is one that is not saved yet.
  const [edited, setEdited] = useState<number | 'new' | null>(null)
  const replies = useQuery({
    queryKey: ['saved-replies'],
    queryFn: async () => (await call(listSavedReplies)).data,
  })
  const shown = (replies.data ?? []).filter(reply => matches(reply, search))
  const close = () => setEdited(null)
  return (
    <Page
      title={t('settings.savedReplies')}
      hint={t('savedReplies.hint')}
      action={<Button onClick={() => setEdited('new')}>{t('savedReplies.new')}</Button>}
    >
      {edited === 'new' && <SavedReplyForm reply={null} onClose={close} />}
      {replies.isPending && <Skeleton rows={3} />}
      {replies.isError && <Fault error={replies.error} onRetry={() => void replies.refetch()} />}
      {replies.data?.length === 0 && edited === null && <p>{t('savedReplies.noneYet')}</p>}
      {replies.data !== undefined && replies.data.length > 0 && (
        <Card>
          <TextInput
            label={t('savedReplies.search')}
            value={search}
            onChange={event => setSearch(event.currentTarget.value)}
          />
          <ul className={css.rows}>
            {shown.map(reply =>
              edited === reply.id ? (
                <li key={reply.id}>
                  <SavedReplyForm reply={reply} onClose={close} />
                </li>
              ) : (
                <SavedReplyLine key={reply.id} reply={reply} onEdit={() => setEdited(reply.id)} />
              ),
            )}
          </ul>
        </Card>
      )}
    </Page>
  )
}

function matches({ name, folder, texts }: SavedReply, search: string): boolean {
  const all = [name, folder, ...texts.map(text => text.body)].join(' ').toLocaleLowerCase()
  return all.includes(search.trim().toLocaleLowerCase())
}

function SavedReplyLine(props: { reply: SavedReply; onEdit: () => void }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const { reply } = props
  const mailbox = useMailbox(reply.mailboxId ?? 0)
  const turn = useMutation({
    mutationFn: async () => {
      const params = { id: reply.id }
      if (reply.isArchived) await call(restoreSavedReply, { params })
      else await call(removeSavedReply, { params })
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['saved-replies'] }),
  })
  const away = reply.useCount > 0 ? 'archive' : 'delete'
  const words = reply.isArchived ? 'restore' : away
  return (
    <li className={css.row}>
      <div className={css.main}>
        <p className={css.title}>{reply.name}</p>
        <p className={css.sub}>
          {[
            reply.folder,
            mailbox?.name ?? t(`savedReplies.scope.${reply.scope}`),
            reply.texts.map(text => languageName(text.language)).join(', '),
            t('savedReplies.used', { count: reply.useCount }),
          ]
            .filter(part => part !== '')
            .join(' · ')}
        </p>
      </div>
      {reply.isArchived && <span className={css.badge}>{t('savedReplies.archived')}</span>}
      {reply.isEditable && (
        <>
          <Button variant="default" size="xs" onClick={props.onEdit}>
            {t('action.edit')}
          </Button>
          <Button variant="default" size="xs" loading={turn.isPending} onClick={() => turn.mutate()}>
            {t(`savedReplies.${words}`)}
          </Button>
        </>
      )}
      {turn.isError && <Fault error={turn.error} />}
    </li>
  )
}
