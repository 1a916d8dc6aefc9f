import { Checkbox, Modal, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import type { TicketFilter } from '../../shared/ticket-filter.ts'
import { createView, updateView, VIEW_NAME_LIMIT, type View } from '../../shared/views.ts'
import { useApi } from '../api.tsx'
import type { ListPlace } from '../inbox/place.ts'
import { useMe } from '../session.ts'
import { FormEnd } from '../settings/form-end.tsx'
import css from '../settings/page.module.css'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import { useForm } from '../ui/use-form.ts'

/** What the list of a place shows, as a view keeps it: also the mailbox that all queues are narrowed to. */
export function keptFilter({ filter, mailboxId }: Pick<ListPlace, 'filter' | 'mailboxId'>): TicketFilter {
  return mailboxId === undefined ? filter : { ...filter, mailboxIds: [mailboxId] }
}

/** Keeps the list of a place as a new view, or changes the name of one and who sees it. */
export function ViewDialog(props: { place: ListPlace; view: View | undefined; onClose: () => void }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const me = useMe()
  const { place, view } = props
  const initial = { name: view?.name ?? '', isShared: view?.isShared ?? false }
  const { values, set, ...form } = useForm(initial, async content => {
    const filter = keptFilter(place)
    const { id } =
      view === undefined
        ? await call(createView, { body: { ...content, queue: place.queue, filter } })
        : await call(updateView, { params: { id: view.id }, body: content })
    await queries.invalidateQueries({ queryKey: ['views'] })
    void queries.invalidateQueries({ queryKey: ['queues', 'views'] })
    notices.done(t('done.saved'))
    if (view === undefined) place.narrow(filter, { viewId: id, mailboxId: undefined })
    props.onClose()
  })
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={view?.name ?? t('views.save')}
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      <form className={css.form} onSubmit={form.submit}>
        <TextInput
          label={t('views.name')}
          required
          maxLength={VIEW_NAME_LIMIT}
          data-autofocus
          value={values.name}
          onChange={event => set({ name: event.currentTarget.value })}
          error={form.wrong('name')}
        />
        <Checkbox
          label={t('views.share')}
          description={t('views.shareHint')}
          disabled={view !== undefined && view.ownerId !== me.id}
          checked={values.isShared}
          onChange={event => set({ isShared: event.currentTarget.checked })}
        />
        <FormEnd form={form} />
      </form>
    </Modal>
  )
}
