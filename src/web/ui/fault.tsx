import { Button } from '@mantine/core'
import { CircleAlert } from 'lucide-react'
import { useTranslation } from '../texts.tsx'
import css from './fault.module.css'
import { faultReference, faultWords } from './fault-words.ts'

/** A failure in its place: what happened, the code, and a way to try again. */
export function Fault(props: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation()
  const reference = faultReference(props.error)
  return (
    <div className={css.fault} role="alert">
      <CircleAlert size={16} strokeWidth={1.75} aria-hidden className={css.icon} />
      <div>
        <p>{faultWords(t, props.error)}</p>
        {reference !== '' && <p className={css.reference}>{t('fault.code', { code: reference })}</p>}
        {props.onRetry !== undefined && (
          <Button variant="default" size="xs" mt={8} onClick={props.onRetry}>
            {t('action.retry')}
          </Button>
        )}
      </div>
    </div>
  )
}
