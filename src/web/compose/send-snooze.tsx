import { AlarmClock } from 'lucide-react'
import { useState } from 'react'
import type { Snooze } from '../../shared/ticket-change.ts'
import { useCommand } from '../keys/commands.tsx'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { SnoozeChoices } from '../when/snooze-choices.tsx'

/** The button beside Send that puts the ticket away as the mail leaves: until a time, or until the customer writes. */
export function SendSnooze(props: { isDisabled: boolean; onChoose: (snooze: Snooze) => void }) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  const toggle = () => setIsOpen(now => !now)
  useCommand('send-snooze', props.isDisabled ? undefined : toggle)
  return (
    <SnoozeChoices
      name={t('command.send-snooze')}
      isOpen={isOpen}
      isSnoozed={false}
      onOpen={setIsOpen}
      onChoose={snooze => {
        if (snooze !== null) props.onChoose(snooze)
      }}
      button={
        <IconButton
          icon={AlarmClock}
          name={t('command.send-snooze')}
          command="send-snooze"
          isDisabled={props.isDisabled}
          onClick={toggle}
        />
      }
    />
  )
}
