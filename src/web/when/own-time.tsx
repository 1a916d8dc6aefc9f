import { Button } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { localTime, typedInstant } from './local-time.ts'
import css from './own-time.module.css'

/** Any date and time that is still ahead, in the agent's zone. */
export function OwnTime(props: {
  label: string
  action: string
  now: Date
  timeZone: string
  /** What stands in the field at first, if anything. */
  first?: Date
  onChoose: (at: Date) => void
}) {
  const { now, timeZone, first } = props
  const [typed, setTyped] = useState(() => (first === undefined ? '' : localTime(first, timeZone)))
  const at = typedInstant(typed, timeZone)
  const isAhead = at !== null && at.getTime() > now.getTime()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isAhead) props.onChoose(at)
  }
  return (
    <form className={css.own} onSubmit={submit}>
      <label className={css.field}>
        {props.label}
        <input
          type="datetime-local"
          min={localTime(now, timeZone)}
          value={typed}
          onChange={event => setTyped(event.target.value)}
        />
      </label>
      <Button type="submit" size="xs" variant="default" disabled={!isAhead}>
        {props.action}
      </Button>
    </form>
  )
}
