import { Clock } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '../texts.tsx'
import type { OpeningButton } from '../ui/button-layer.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import { TimePicker } from '../when/time-picker.tsx'
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

/** A button that opens the choice of a time to send at: some that are often meant, or any other. */
export function SendTimePicker(props: {
  button: (open: () => void) => OpeningButton
  onChoose: (at: Date) => void
}) {
  const { t } = useTranslation()
  const { timeZone } = useTimeStyle()
  const now = useNow(30_000)
  const [isOpen, setIsOpen] = useState(false)
  const times = sendTimes(now, timeZone)
  return (
    <TimePicker
      name={t('later.title')}
      button={props.button(() => setIsOpen(!isOpen))}
      isOpen={isOpen}
      onOpen={setIsOpen}
      now={now}
      times={times.map(({ id, at }) => ({ words: t(`later.${id}`), at }))}
      ownLabel={t('when.own', { zone: timeZone })}
      ownAction={t('later.choose')}
      first={times.at(-1)?.at ?? now}
      note={t('later.hint')}
      onChoose={at => props.onChoose(new Date(at))}
    />
  )
}
