import { Menu } from '@mantine/core'
import { ArrowDown, ArrowUp, Ellipsis, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { TicketFilter } from '../../shared/ticket-filter.ts'
import type { View } from '../../shared/views.ts'
import type { ListPlace } from '../inbox/place.ts'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import css from './filter-bar.module.css'
import { isNarrowing, isSameFilter } from './filter-search.ts'
import { useChangeViews } from './use-change-views.ts'
import { useViewHere, useViews } from './use-views.ts'
import { keptFilter, ViewDialog } from './view-dialog.tsx'

/** What can be done with a filter as a view: keep it, keep a change of it, and what concerns the view itself. */
export function ViewTools(props: { place: ListPlace }) {
  const { t } = useTranslation()
  const { place } = props
  const view = useViewHere(place)
  const views = useChangeViews(place)
  const [dialog, setDialog] = useState<'new' | 'edit'>()
  // A mailbox that all queues are narrowed to is no change of the view.
  const isKept = (filter: TicketFilter) =>
    view !== undefined && view.queue === place.queue && isSameFilter(view.filter, filter)
  const wanted = keptFilter(place)
  return (
    <div className={css.tools}>
      {view?.isEditable === true && !isKept(place.filter) && (
        <button type="button" className={css.tool} onClick={() => void views.keep(view)}>
          {t('views.saveChanges')}
        </button>
      )}
      {isNarrowing(wanted) && !isKept(wanted) && (
        <button type="button" className={css.tool} onClick={() => setDialog('new')}>
          {t('views.save')}
        </button>
      )}
      {view !== undefined && <ViewMenu view={view} place={place} onEdit={() => setDialog('edit')} />}
      {dialog !== undefined && (
        <ViewDialog
          place={place}
          view={dialog === 'edit' ? view : undefined}
          onClose={() => setDialog(undefined)}
        />
      )}
    </div>
  )
}

function ViewMenu(props: { view: View; place: ListPlace; onEdit: () => void }) {
  const { t } = useTranslation()
  const { view, place, onEdit } = props
  const { move, remove } = useChangeViews(place)
  const order = (useViews().data ?? []).map(({ id }) => id)
  const at = order.indexOf(view.id)
  const icon = { size: 16, strokeWidth: 1.75, 'aria-hidden': true }
  // The dialog has the focus then.
  const [returnsFocus, setReturnsFocus] = useState(true)
  return (
    <Menu
      position="bottom-end"
      width={240}
      returnFocus={returnsFocus}
      onOpen={() => setReturnsFocus(true)}
      portalProps={{ target: '#list-pane' }}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <IconButton icon={Ellipsis} name={t('views.more', { name: view.name })} />
      </Menu.Target>
      <Menu.Dropdown>
        {view.isEditable && (
          <Menu.Item
            leftSection={<Pencil {...icon} />}
            onClick={() => {
              setReturnsFocus(false)
              onEdit()
            }}
          >
            {t('views.edit')}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<ArrowUp {...icon} />}
          disabled={at <= 0}
          onClick={() => void move(order, view.id, -1)}
        >
          {t('views.moveUp')}
        </Menu.Item>
        <Menu.Item
          leftSection={<ArrowDown {...icon} />}
          disabled={at === order.length - 1}
          onClick={() => void move(order, view.id, 1)}
        >
          {t('views.moveDown')}
        </Menu.Item>
        {view.isEditable && (
          <Menu.Item leftSection={<Trash2 {...icon} />} onClick={() => void remove(view)}>
            {t('views.remove')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
