import { Button } from '@mantine/core'
import { MessageSquareText, Trash2 } from 'lucide-react'
import { AttachButton } from '../compose/attach-button.tsx'
import foot from '../compose/composer.module.css'
import { SendLater } from '../compose/send-later.tsx'
import { SendSnooze } from '../compose/send-snooze.tsx'
import { KeyNames } from '../keys/key-names.tsx'
import { useAriaKeys } from '../keys/use-bindings.ts'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import type { BeginHow } from './use-begin.ts'
import type { NewTicketUse } from './use-new-ticket.ts'

/** What sends a mail that begins a ticket, and what goes along. */
export function MailFoot(props: {
  use: NewTicketUse
  count: number
  canSend: boolean
  onSend: (how: BeginHow) => void
  onAttach: (files: readonly File[]) => void
  onSaved: () => void
}) {
  const { t } = useTranslation()
  const ariaKeys = useAriaKeys()
  const { canSend, count } = props
  return (
    <div className={foot.foot}>
      <Button size="sm" disabled={!canSend} onClick={() => props.onSend({})}>
        {count <= 1 ? t('compose.send') : t('compose.sendTo', { count })}
        <span className={foot.buttonKey}>
          <KeyNames id="send" />
        </span>
      </Button>
      <Button
        size="sm"
        variant="default"
        disabled={!canSend}
        aria-keyshortcuts={ariaKeys('send-close')}
        onClick={() => props.onSend({ stateAfter: 'closed' })}
      >
        {t('command.send-close')}
      </Button>
      <SendSnooze isDisabled={!canSend} onChoose={snooze => props.onSend({ snooze })} />
      <SendLater isDisabled={!canSend} onChoose={sendAt => props.onSend({ sendAt })} />
      <span className={foot.gap} />
      <IconButton icon={MessageSquareText} name={t('savedReplies.pick')} onClick={props.onSaved} />
      <AttachButton onAttach={props.onAttach} />
      <IconButton icon={Trash2} name={t('compose.discard')} onClick={props.use.clear} />
    </div>
  )
}
