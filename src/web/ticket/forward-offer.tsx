import { Button } from '@mantine/core'
import type { Correspondent } from '../../shared/schemas.ts'
import { useTranslation } from '../texts.tsx'
import css from './sender-words.module.css'
import { usePlacing } from './use-placing.ts'

/** A mail that an agent seems to have forwarded: one click makes whose mail it is the customer. */
export function ForwardOffer(props: { messageId: number; whose: Correspondent }) {
  const { t } = useTranslation()
  const { takeForward } = usePlacing()
  const { name, address } = props.whose
  return (
    <p className={css.hint}>
      {t('forward.offer', { person: name === null ? address : `${name} <${address}>` })}{' '}
      <Button size="compact-xs" variant="default" onClick={() => void takeForward(props.messageId)}>
        {t('forward.take')}
      </Button>
    </p>
  )
}
