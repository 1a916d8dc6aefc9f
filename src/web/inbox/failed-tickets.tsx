import { Modal } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { CallFailed } from '../call.ts'
import { useTranslation } from '../texts.tsx'
import type { FailedTickets as Failed } from '../ticket/use-actions.ts'
import { faultWords } from '../ui/fault-words.ts'
import css from './failed-tickets.module.css'

/** The tickets that an action of many could not change, each with the reason. */
export function FailedTickets(props: { failed: Failed; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={props.failed.length > 0}
      onClose={props.onClose}
      title={t('bulk.failedTitle')}
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      <ul className={css.list}>
        {props.failed.map(({ number, code }) => (
          <li key={number} className={css.line}>
            <Link to="/queue/$queue/$number" params={{ queue: 'all', number }} onClick={props.onClose}>
              #{number}
            </Link>
            <span>{faultWords(t, new CallFailed(code, 409))}</span>
          </li>
        ))}
      </ul>
    </Modal>
  )
}
