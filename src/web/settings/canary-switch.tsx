import { Switch } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type MailboxHealth, setCanary } from '../../shared/health.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { useForm } from '../ui/use-form.ts'
import css from './page.module.css'

/** Whether a mailbox sends itself a small mail each hour, so that a way that is broken in silence is noticed. */
export function CanarySwitch(props: { mailbox: MailboxHealth }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const { id, canary } = props.mailbox
  const isOn = canary !== null
  const flip = useForm({}, async () => {
    await call(setCanary, { params: { id }, body: { isOn: !isOn } })
    await queries.invalidateQueries({ queryKey: ['health'] })
  })
  return (
    <div className={css.whole}>
      <Switch
        label={t('health.canary')}
        description={t('health.canaryHint')}
        checked={flip.isBusy ? !isOn : isOn}
        disabled={flip.isBusy}
        onChange={() => flip.submit()}
      />
      {flip.error !== undefined && <Fault error={flip.error} />}
    </div>
  )
}
