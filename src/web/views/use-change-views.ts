import { useQueryClient } from '@tanstack/react-query'
import { orderViews, removeView, restoreView, updateView, type View } from '../../shared/views.ts'
import { useApi } from '../api.tsx'
import type { ListPlace } from '../inbox/place.ts'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'

type ChangeViews = {
  /** Keeps what the list shows now as the view. */
  keep: (view: View) => Promise<void>
  /** One place further up or down, for this agent alone. */
  move: (order: readonly number[], id: number, by: 1 | -1) => Promise<void>
  /** Takes the view away, and leaves it; can be undone. */
  remove: (view: View) => Promise<void>
}

/** The changes of views that need no dialog; a refusal is said at the foot of the page. */
export function useChangeViews(place: ListPlace): ChangeViews {
  const { call } = useApi()
  const { t } = useTranslation()
  const queries = useQueryClient()
  const notices = useNotices()
  const saying = async (work: () => Promise<unknown>) => {
    try {
      await work()
    } catch (error) {
      notices.failed(error)
    }
    await Promise.all(
      [['views'], ['queues', 'views']].map(queryKey => queries.invalidateQueries({ queryKey })),
    )
  }
  return {
    keep: view =>
      saying(async () => {
        const { queue, filter } = place
        await call(updateView, { params: { id: view.id }, body: { queue, filter } })
        notices.done(t('done.saved'))
      }),
    move: (order, id, by) =>
      saying(async () => {
        const ids = moved(order, id, by)
        queries.setQueryData<View[]>(['views'], views =>
          views?.toSorted((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id)),
        )
        await call(orderViews, { body: { ids } })
      }),
    remove: view =>
      saying(async () => {
        await call(removeView, { params: { id: view.id } })
        place.goTo(view.queue)
        const undo = () => saying(() => call(restoreView, { params: { id: view.id } }))
        notices.done(t('views.removed', { name: view.name }), { undo })
      }),
  }
}

function moved(order: readonly number[], id: number, by: 1 | -1): number[] {
  const at = order.indexOf(id)
  const others = order.filter(other => other !== id)
  return others.toSpliced(Math.max(0, at + by), 0, id)
}
