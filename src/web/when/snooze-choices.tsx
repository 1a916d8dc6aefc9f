import type { Snooze } from '../../shared/ticket-change.ts'
import { useTranslation } from '../texts.tsx'
import type { OpeningButton } from '../ui/button-layer.tsx'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import { snoozeTimes } from './snooze-times.ts'
import { type OfferedTime, TimePicker } from './time-picker.tsx'

const WAKE = 'wake'
const REPLY = 'reply'

/**
 * The times something may be put away until: some that are often meant, until the customer writes, or any other.
 *
 * @param again a time it was put away until before a mail of its customer
 */
export function SnoozeChoices(props: {
  button: OpeningButton
  isOpen: boolean
  isSnoozed: boolean
  /** What choosing does, where it is more than putting away. */
  name?: string
  again?: Date | undefined
  onOpen: (isOpen: boolean) => void
  onChoose: (snooze: Snooze | null) => void
}) {
  const { t } = useTranslation()
  const { timeZone } = useTimeStyle()
  const now = useNow(30_000)
  const known = props.isOpen ? snoozeTimes(now, timeZone) : []
  const times: OfferedTime[] = known.map(({ id, at }) => ({ words: t(`snooze.${id}`), at }))
  if (props.again !== undefined) times.unshift({ words: t('snooze.again'), at: props.again })
  return (
    <TimePicker
      name={props.name ?? t('command.snooze')}
      button={props.button}
      isOpen={props.isOpen}
      onOpen={props.onOpen}
      now={now}
      above={props.isSnoozed ? [{ id: WAKE, words: t('snooze.wake') }] : []}
      times={times}
      below={[{ id: REPLY, words: t('snooze.reply') }]}
      ownLabel={t('when.own', { zone: timeZone })}
      ownAction={t('snooze.choose')}
      onChoose={id => props.onChoose(id === WAKE ? null : { until: id === REPLY ? null : id })}
    />
  )
}
