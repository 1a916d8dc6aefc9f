import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import css from './page.module.css'

/**
 * Asks before something is removed; the way out has the focus.
 *
 * @param children what becomes of what depends on it
 */
export function RemovalDialog(props: {
  title: string
  action: string
  removing: { isPending: boolean; isError: boolean; error: unknown; mutate: () => void }
  onClose: () => void
  children: ReactNode
}) {
  const { t } = useTranslation()
  const { removing } = props
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      <div className={css.form}>
        {props.children}
        {removing.isError && <Fault error={removing.error} />}
        <div className={css.actions}>
          <Button loading={removing.isPending} onClick={() => removing.mutate()}>
            {props.action}
          </Button>
          <Button variant="default" data-autofocus onClick={props.onClose}>
            {t('action.cancel')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
