import { Button, Progress } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { getOldMail, holdOldMail, type OldMail, resumeOldMail } from '../../shared/old-mail.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { useForm } from '../ui/use-form.ts'
import type { TFunction } from '../words-of.ts'
import css from './page.module.css'
import { Card } from './page.tsx'

const lookEveryMs = 2_000
const lookSeldomMs = 30_000

/**
 * How far the old mail of a mailbox has come; null before it is known. It is counted by the server, so a reload changes
 * nothing.
 */
function useOldMail(mailboxId: number): OldMail | null {
  const { call } = useApi()
  const found = useQuery({
    queryKey: ['old-mail', mailboxId],
    queryFn: () => call(getOldMail, { params: { id: mailboxId } }),
    refetchInterval: ({ state }) =>
      state.data?.isDone === true && state.data.total > 0 ? lookSeldomMs : lookEveryMs,
  })
  return found.data ?? null
}

/** The bar as a card of the mailbox's page, as long as there is something to tell. */
export function OldMailCard(props: { mailboxId: number }) {
  const { t } = useTranslation()
  const oldMail = useOldMail(props.mailboxId)
  if (oldMail === null || oldMail.total === 0 || (oldMail.isDone && oldMail.failed === 0)) return null
  return (
    <Card title={t('oldMail.title')}>
      <p className={css.sub}>{t('oldMail.hint')}</p>
      <OldMailBar mailboxId={props.mailboxId} />
    </Card>
  )
}

/** How much has come, how fast, and how long it takes; it can be halted. */
export function OldMailBar(props: { mailboxId: number }) {
  const { t, i18n } = useTranslation()
  const { mailboxId } = props
  const oldMail = useOldMail(mailboxId)
  if (oldMail === null || oldMail.total === 0) return null
  const { total, settled, failed, isDone, isHeld } = oldMail
  const number = new Intl.NumberFormat(i18n.language)
  const came = t('oldMail.progress', { settled: number.format(settled), total: number.format(total) })
  return (
    <div className={css.form} style={{ gap: 8 }}>
      {!isDone && (
        <Progress value={(100 * settled) / total} size="lg" aria-label={came} transitionDuration={300} />
      )}
      <div className={css.row}>
        <div className={css.main} role="status">
          {isDone ? t('oldMail.done', { count: total }) : [came, ...pace(t, oldMail)].join(' · ')}
        </div>
        {!isDone && <HoldButton mailboxId={mailboxId} isHeld={isHeld} />}
      </div>
      {failed > 0 && <Link to="/settings/quarantine">{t('oldMail.failed', { count: failed })}</Link>}
    </div>
  )
}

function pace(t: TFunction, { total, settled, perSecond, isHeld, isLimited }: OldMail): string[] {
  if (isHeld) return [t('oldMail.held')]
  if (isLimited) return [t('oldMail.limited')]
  if (perSecond === 0) return []
  const minutes = Math.max(1, Math.ceil((total - settled) / perSecond / 60))
  return [t('oldMail.rate', { rate: perSecond }), t('oldMail.left', { count: minutes })]
}

function HoldButton(props: { mailboxId: number; isHeld: boolean }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const params = { id: props.mailboxId }
  const form = useForm({}, async () => {
    const oldMail = await call(props.isHeld ? resumeOldMail : holdOldMail, { params })
    queries.setQueryData(['old-mail', props.mailboxId], oldMail)
  })
  return (
    <>
      {form.error !== undefined && <Fault error={form.error} />}
      <Button variant="default" size="xs" loading={form.isBusy} onClick={() => form.submit()}>
        {t(props.isHeld ? 'mailbox.resume' : 'mailbox.pause')}
      </Button>
    </>
  )
}
