import { TextInput } from '@mantine/core'
import { type KeyboardEvent, type Ref, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from '../texts.tsx'
import { dayInDigits, dayInWords } from '../ui/format-time.ts'
import { CalendarButton } from './calendar-button.tsx'
import { typedDay } from './typed-day.ts'
import { useDayExample } from './use-day-example.ts'

/**
 * A day in the language of the page: in words, in digits while it is typed (typed-day.ts), or chosen from a calendar. Leaving
 * it or Enter hands it on, Esc takes back what was typed. What is no day keeps its form from being sent, and says so.
 *
 * @param props `day` as `2026-11-30`, empty for none, as `onDay` hands it on; `error`: what the server has against it
 */
export function DayField(props: {
  ref?: Ref<HTMLInputElement>
  className?: string
  label: string
  description?: string
  size?: 'xs'
  error?: string | undefined
  day: string
  onDay: (day: string) => void
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void
}) {
  const { t, i18n } = useTranslation()
  const { day, onDay, ref, ...given } = props
  const example = useDayExample()
  const box = useRef<HTMLDivElement>(null)
  const [draft, setDraft] = useState<string>()
  const [isHere, setIsHere] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const error = wrong === undefined ? undefined : t('when.noDay', { typed: wrong, example })
  useLayoutEffect(() => box.current?.querySelector('input')?.setCustomValidity(error ?? ''), [error])
  // The digits that take the place of the words are chosen as a whole, as what Tab comes to is.
  useLayoutEffect(() => {
    if (isHere) box.current?.querySelector('input')?.select()
  }, [isHere])
  const shown = day === '' ? '' : (isHere ? dayInDigits : dayInWords)(day, i18n.language)
  const clear = () => {
    setDraft(undefined)
    setWrong(undefined)
  }
  const keep = () => {
    if (draft === undefined) return
    const typed = draft.trim()
    const meant = typed === '' ? '' : typedDay(typed)
    if (meant === undefined) return setWrong(typed)
    clear()
    if (meant !== day) onDay(meant)
  }
  return (
    <TextInput
      {...given}
      ref={ref}
      wrapperProps={{ ref: box }}
      autoComplete="off"
      maxLength={40}
      placeholder={isHere ? example : undefined}
      value={draft ?? shown}
      error={error ?? props.error}
      rightSectionPointerEvents="all"
      rightSection={
        <CalendarButton
          field={props.label}
          day={day}
          onDay={chosen => {
            clear()
            if (chosen !== day) onDay(chosen)
          }}
        />
      }
      onFocus={() => setIsHere(true)}
      onChange={event => {
        setDraft(event.currentTarget.value)
        setWrong(undefined)
      }}
      onBlur={() => {
        setIsHere(false)
        keep()
      }}
      onKeyDown={event => {
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Escape') clear()
        if (event.key === 'Enter') keep()
        props.onKeyDown?.(event)
      }}
    />
  )
}
