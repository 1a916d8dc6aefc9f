import { TextInput } from '@mantine/core'
import { useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from '../texts.tsx'
import { typedClock } from './typed-clock.ts'

/**
 * A time of the day, of 24 hours in every language, typed as people do (typed-clock.ts). What is none keeps its form from being
 * sent and says so; a field of the browser's own would have the browser's language.
 *
 * @param props `clock` as `09:30`; `aria-label` where no label stands above it
 */
export function ClockField(props: {
  label?: string
  'aria-label'?: string
  clock: string
  onClock: (clock: string) => void
}) {
  const { t } = useTranslation()
  const { clock, onClock, ...named } = props
  const input = useRef<HTMLInputElement>(null)
  const [draft, setDraft] = useState<string>()
  const [isTold, setIsTold] = useState(false)
  const isWrong = draft !== undefined && typedClock(draft) === undefined
  const words = t('when.noClock')
  useLayoutEffect(() => input.current?.setCustomValidity(isWrong ? words : ''), [isWrong, words])
  return (
    <TextInput
      {...named}
      ref={input}
      inputMode="numeric"
      autoComplete="off"
      maxLength={20}
      value={draft ?? clock}
      error={isWrong && isTold ? words : undefined}
      onInvalid={() => setIsTold(true)}
      onChange={event => {
        const typed = event.currentTarget.value
        setDraft(typed)
        setIsTold(false)
        const time = typedClock(typed)
        if (time !== undefined) onClock(time)
      }}
      onBlur={() => {
        if (isWrong) setIsTold(true)
        else setDraft(undefined)
      }}
    />
  )
}
