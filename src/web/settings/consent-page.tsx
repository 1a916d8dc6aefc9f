import { Button, Loader } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { MailboxSettings } from '../../shared/mailboxes.ts'
import { finishConsent } from '../../shared/sign-in-apps.ts'
import { useApi } from '../api.tsx'
import { ConnectSteps } from '../connect/connect-steps.tsx'
import { DoneStep } from '../connect/done-step.tsx'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import { useForm } from '../ui/use-form.ts'
import css from './page.module.css'
import { Card, Page } from './page.tsx'
import { SignInFault } from './sign-in-fault.tsx'

const PARTS = ['code', 'iss', 'error', 'error_description'] as const

/**
 * Where a provider sends people back to: the sign-in is ended at once. One that connected a mailbox ends as the wizard
 * does; else the mailbox is shown.
 */
export function ConsentPage() {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const notices = useNotices()
  const mayFinish = isAdmin(useMe())
  const [answer] = useState(() => answerOf(window.location.search))
  const [made, setMade] = useState<MailboxSettings>()
  const isBegun = useRef(false)
  const form = useForm({}, async () => {
    if (answer === null) return
    const mailbox = await call(finishConsent, { body: answer })
    await queries.invalidateQueries()
    if (mailbox.isNew) return setMade(mailbox)
    notices.done(t('consent.done', { name: mailbox.name }))
    await navigate({ to: '/settings/mailboxes/$id', params: { id: String(mailbox.id) }, replace: true })
  })
  useEffect(() => {
    if (isBegun.current || answer === null || !mayFinish) return
    isBegun.current = true
    // A code is good for one use: it need not stay in the history of the browser.
    window.history.replaceState(window.history.state, '', window.location.pathname)
    form.submit()
  })
  if (!mayFinish) return <NoPermission />
  if (made !== undefined)
    return (
      <Page title={t('start.connect')}>
        <ConnectSteps at={2} />
        <DoneStep mailbox={made} asksFolders />
      </Page>
    )
  return (
    <Page title={t('consent.title')}>
      <Card>
        {answer === null && <p>{t('consent.nothing')}</p>}
        {answer !== null && form.error === undefined && (
          <p role="status" className={css.link}>
            <Loader size={16} /> {t('consent.checking')}
          </p>
        )}
        {form.error !== undefined && <SignInFault error={form.error} />}
        {(answer === null || form.error !== undefined) && (
          <div className={css.actions}>
            <Button component={Link} to="/settings/mailboxes" variant="default">
              {t('consent.back')}
            </Button>
          </div>
        )}
      </Card>
    </Page>
  )
}

/** What the provider sent along; null where nobody was sent. */
function answerOf(search: string) {
  const said = new URLSearchParams(search)
  const state = said.get('state')
  if (state === null) return null
  const parts = PARTS.flatMap(name => {
    const value = said.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  return { state, ...Object.fromEntries(parts) }
}
