import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { FlaskConical, Mail } from 'lucide-react'
import { startPractice } from '../../shared/practice.ts'
import { useApi } from '../api.tsx'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { useForm } from '../ui/use-form.ts'
import css from './door.module.css'
import { Door } from './door.tsx'

/** The choice after the owner is created: a real mailbox, or one to practise with. */
export function StartChoice() {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const me = useMe()
  const form = useForm({}, async () => {
    await call(startPractice)
    await queries.invalidateQueries()
    await navigate({ to: '/queue/$queue', params: { queue: 'unassigned' } })
  })
  if (!isAdmin(me)) return <NoPermission />
  return (
    <Door title={t('start.title', { name: me.name })} hint={t('start.hint')} isWide>
      {form.error !== undefined && <Fault error={form.error} />}
      <div className={css.cards}>
        <div className={css.choice}>
          <Mail size={24} strokeWidth={1.5} aria-hidden />
          <h2>{t('start.connect')}</h2>
          <p>{t('start.connectHint')}</p>
          <Button component={Link} to="/settings/mailboxes/new">
            {t('start.connect')}
          </Button>
        </div>
        <div className={css.choice}>
          <FlaskConical size={24} strokeWidth={1.5} aria-hidden />
          <h2>{t('start.practice')}</h2>
          <p>{t('start.practiceHint')}</p>
          <Button variant="default" loading={form.isBusy} onClick={() => form.submit()}>
            {t('start.practice')}
          </Button>
        </div>
      </div>
      <Link to="/queue/$queue" params={{ queue: 'mine' }}>
        {t('start.later')}
      </Link>
    </Door>
  )
}
