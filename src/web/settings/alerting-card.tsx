import { Button, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type Health, setAlertWebhook } from '../../shared/health.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { useForm } from '../ui/use-form.ts'
import css from './page.module.css'
import { Card } from './page.tsx'

/** Whom alerts reach: admins by mail through another mailbox, and whoever listens behind a webhook. */
export function AlertingCard(props: { health: Health }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const { webhookHost } = props.health
  const keep = async (url: string | null) => {
    await call(setAlertWebhook, { body: { url } })
    await queries.invalidateQueries({ queryKey: ['health'] })
  }
  const form = useForm({ url: '' }, async ({ url }) => {
    await keep(url)
    form.set({ url: '' })
  })
  const removal = useForm({}, () => keep(null))
  return (
    <Card title={t('health.alerting')}>
      <p className={css.sub}>{t('health.alertingHint')}</p>
      {webhookHost !== null && (
        <div className={css.row}>
          <p className={css.main}>{t('health.webhookAt', { host: webhookHost })}</p>
          <Button variant="default" size="xs" loading={removal.isBusy} onClick={() => removal.submit()}>
            {t('health.webhookRemove')}
          </Button>
        </div>
      )}
      {removal.error !== undefined && <Fault error={removal.error} />}
      <form className={css.form} onSubmit={form.submit}>
        <TextInput
          type="url"
          label={t(webhookHost === null ? 'health.webhook' : 'health.webhookOther')}
          description={t('health.webhookHint')}
          placeholder="https://"
          maxLength={2000}
          value={form.values.url}
          onChange={event => form.set({ url: event.currentTarget.value })}
        />
        {form.error !== undefined && <Fault error={form.error} />}
        <div className={css.actions}>
          <Button type="submit" variant="default" loading={form.isBusy} disabled={form.values.url === ''}>
            {t('health.webhookKeep')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
