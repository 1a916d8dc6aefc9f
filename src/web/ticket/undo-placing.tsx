import type { TicketEvent } from '../../shared/tickets.ts'
import { useTranslation } from '../texts.tsx'
import css from './event-line.module.css'
import { usePlacing } from './use-placing.ts'

/** The other ticket of a merge or move, and the way back, for as long as nobody has gone it. */
export function UndoPlacing(props: { event: TicketEvent; history: readonly TicketEvent[] }) {
  const { t } = useTranslation()
  const { unmerge, unmove, unforward } = usePlacing()
  const { event, history } = props
  const { mergeId, moveId } = event.data
  const isUndone = (kind: TicketEvent['kind'], field: 'mergeId' | 'moveId') =>
    history.some(later => later.kind === kind && later.data[field] === event.data[field])
  const undo = () => {
    if (event.kind === 'merged' && typeof mergeId === 'number' && !isUndone('merge_undone', 'mergeId')) {
      return () => void unmerge(mergeId)
    }
    const isMove = event.kind === 'message_moved_in' || event.kind === 'message_moved_out'
    if (isMove && typeof moveId === 'number' && !isUndone('move_undone', 'moveId')) {
      return () => void unmove(moveId)
    }
    const isForwardUndone = history.some(
      one => one.kind === 'forward_undone' && one.messageId === event.messageId && one.id > event.id,
    )
    const { messageId } = event
    if (event.kind === 'customer_from_forward' && messageId !== null && !isForwardUndone) {
      return () => void unforward(messageId)
    }
    return undefined
  }
  const run = undo()
  if (run === undefined) return null
  return (
    <>
      {' · '}
      <button type="button" className={css.more} onClick={run}>
        {t('action.undo')}
      </button>
    </>
  )
}
