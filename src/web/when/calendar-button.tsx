import { Popover } from '@mantine/core'
import { CalendarDays } from 'lucide-react'
import { lazy, type RefObject, Suspense, useRef, useState } from 'react'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Opener, useFocusBack } from '../ui/opener.tsx'
import { useTimeStyle } from '../ui/use-now.ts'
import css from './calendar-button.module.css'
import { localTime } from './local-time.ts'

const DayCalendar = lazy(async () => ({ default: (await import('./day-calendar.tsx')).DayCalendar }))

type CalendarProps = { field: string; day: string; onDay: (day: string) => void }

/**
 * Opens a calendar to choose a day from, beside a field it may be typed into as well.
 *
 * @param props `field`: the name of that field; `day` as `2026-11-30`, empty for none
 */
export function CalendarButton(props: CalendarProps) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  return (
    <>
      <IconButton
        ref={button}
        className={css.button}
        icon={CalendarDays}
        name={t('when.calendar', { field: props.field })}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      />
      {isOpen && <CalendarLayer {...props} opener={button} onClose={() => setIsOpen(false)} />}
    </>
  )
}

function CalendarLayer(
  props: CalendarProps & { opener: RefObject<HTMLButtonElement | null>; onClose: () => void },
) {
  const { t } = useTranslation()
  const { timeZone } = useTimeStyle()
  useFocusBack(true)
  return (
    <Popover
      opened
      onChange={props.onClose}
      position="bottom-end"
      trapFocus
      closeOnEscape={false}
      shadow="none"
      radius={10}
    >
      <Popover.Target>
        <Opener of={props.opener} />
      </Popover.Target>
      <Popover.Dropdown
        p={8}
        aria-label={t('when.calendar', { field: props.field })}
        onKeyDown={event => {
          if (event.key !== 'Escape') return
          event.preventDefault()
          event.stopPropagation()
          props.onClose()
        }}
      >
        <Suspense fallback={<div className={css.waiting} aria-busy />}>
          <DayCalendar
            day={props.day}
            today={localTime(new Date(), timeZone).slice(0, 10)}
            takesFocus
            onDay={day => {
              props.onClose()
              props.onDay(day)
            }}
          />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  )
}
