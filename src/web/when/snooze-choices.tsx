import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Snooze } from '../../shared/ticket-change.ts'
import { whenWords } from '../ui/format-time.ts'
import { type Choice, Picker } from '../ui/picker.tsx'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import { OwnTime } from './own-time.tsx'
import { snoozeTimes } from './snooze-times.ts'
import { typedTime } from './typed-time.ts'

/**
 * The times something may be put away until: some that are often meant, until the customer writes, a phrase
 * that is typed (typed-time.ts), or any date and time.
 *
 * @param again a time it was put away until before a mail of its customer
 */
export function SnoozeChoices(props: {
  button: ReactNode
  isOpen: boolean
  isSnoozed: boolean
  again?: Date | undefined
  onOpen: (isOpen: boolean) => void
  onChoose: (snooze: Snooze | null) => void
}) {
  const { t } = useTranslation()
  const style = useTimeStyle()
  const now = useNow(30_000)
  const hintOf = (at: Date) => whenWords(at, now, style)
  const timed = (at: Date, words: string): Choice => ({ id: at.toISOString(), words, hint: hintOf(at) })
  const choices: Choice[] = [
    ...(props.isSnoozed ? [{ id: WAKE, words: t('snooze.wake') }] : []),
    ...(props.again === undefined ? [] : [timed(props.again, t('snooze.again'))]),
    ...snoozeTimes(now, style.timeZone).map(({ id, at }) => timed(at, t(`snooze.${id}`))),
    { id: REPLY, words: t('snooze.reply') },
  ]
  const choose = (id: string) => {
    props.onOpen(false)
    props.onChoose(id === WAKE ? null : { until: id === REPLY ? null : id })
  }
  return (
    <Picker
      name={t('command.snooze')}
      placeholder={t('snooze.placeholder')}
      button={props.button}
      choices={choices}
      isOpen={props.isOpen}
      onOpen={props.onOpen}
      onChoose={choose}
      make={typed => {
        const at = typedTime(typed, new Date(), style.timeZone)
        return at === null ? undefined : { id: at.toISOString(), words: hintOf(at) }
      }}
      foot={
        <OwnTime
          label={t('snooze.own', { zone: style.timeZone })}
          action={t('snooze.choose')}
          now={now}
          timeZone={style.timeZone}
          onChoose={at => choose(at.toISOString())}
        />
      }
    />
  )
}

const WAKE = 'wake'
const REPLY = 'reply'
