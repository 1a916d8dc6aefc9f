import { Button } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Snooze } from '../../shared/ticket-change.ts'
import { localTime, typedInstant } from '../compose/send-times.ts'
import { whenWords } from '../ui/format-time.ts'
import { type Choice, Picker } from '../ui/picker.tsx'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import css from './snooze-choices.module.css'
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
      foot={<OwnTime now={now} timeZone={style.timeZone} onChoose={at => choose(at.toISOString())} />}
    />
  )
}

const WAKE = 'wake'
const REPLY = 'reply'

function OwnTime(props: { now: Date; timeZone: string; onChoose: (at: Date) => void }) {
  const { t } = useTranslation()
  const { now, timeZone } = props
  const [typed, setTyped] = useState('')
  const at = typedInstant(typed, timeZone)
  const isAhead = at !== null && at.getTime() > now.getTime()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isAhead) props.onChoose(at)
  }
  return (
    <form className={css.own} onSubmit={submit}>
      <label className={css.field}>
        {t('snooze.own', { zone: timeZone })}
        <input
          type="datetime-local"
          min={localTime(now, timeZone)}
          value={typed}
          onChange={event => setTyped(event.target.value)}
        />
      </label>
      <Button type="submit" size="xs" variant="default" disabled={!isAhead}>
        {t('snooze.choose')}
      </Button>
    </form>
  )
}
