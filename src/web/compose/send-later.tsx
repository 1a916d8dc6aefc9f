import { Popover } from '@mantine/core'
import { Clock } from 'lucide-react'
import { type ReactElement, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { whenWords } from '../ui/format-time.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import { OwnTime } from '../when/own-time.tsx'
import css from './send-later.module.css'
import { sendTimes } from './send-times.ts'

/** The button beside Send that lets a reply leave at another time. */
export function SendLater(props: { isDisabled: boolean; onChoose: (at: Date) => void }) {
  const { t } = useTranslation()
  return (
    <SendTimePicker
      onChoose={props.onChoose}
      button={open => (
        <IconButton icon={Clock} name={t('later.title')} isDisabled={props.isDisabled} onClick={open} />
      )}
    />
  )
}

/** A button that opens the choice of a time to send at: some that are often meant, or any date and time. */
export function SendTimePicker(props: {
  button: (open: () => void) => ReactElement
  onChoose: (at: Date) => void
}) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  const choose = (at: Date) => {
    setIsOpen(false)
    props.onChoose(at)
  }
  return (
    <Popover
      opened={isOpen}
      onChange={setIsOpen}
      position="top-start"
      width={320}
      trapFocus
      returnFocus
      shadow="none"
      radius={10}
    >
      <Popover.Target>{props.button(() => setIsOpen(now => !now))}</Popover.Target>
      <Popover.Dropdown p={8} aria-label={t('later.title')}>
        <Choices onChoose={choose} />
      </Popover.Dropdown>
    </Popover>
  )
}

function Choices(props: { onChoose: (at: Date) => void }) {
  const { t } = useTranslation()
  const style = useTimeStyle()
  const now = useNow(30_000)
  const times = sendTimes(now, style.timeZone)
  return (
    <>
      <p className={css.title}>{t('later.title')}</p>
      <ul className={css.times}>
        {times.map(time => (
          <li key={time.id}>
            <button type="button" className={css.time} onClick={() => props.onChoose(time.at)}>
              <span>{t(`later.${time.id}`)}</span>
              <span className={css.when}>{whenWords(time.at, now, style)}</span>
            </button>
          </li>
        ))}
      </ul>
      <OwnTime
        label={t('later.own', { zone: style.timeZone })}
        action={t('later.choose')}
        now={now}
        timeZone={style.timeZone}
        first={times.at(-1)?.at ?? now}
        onChoose={props.onChoose}
      />
      <p className={css.hint}>{t('later.hint')}</p>
    </>
  )
}
