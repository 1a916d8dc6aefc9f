import { useState } from 'react'
import type { CheckResult } from '../../shared/mailbox-checks.ts'
import type { MailboxSettings } from '../../shared/mailboxes.ts'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useMe } from '../session.ts'
import { Page } from '../settings/page.tsx'
import { useTranslation } from '../texts.tsx'
import { BringInStep } from './bring-in-step.tsx'
import css from './connect.module.css'
import { ConnectStep } from './connect-step.tsx'
import { DoneStep } from './done-step.tsx'
import { IntakeConnect } from './intake-connect.tsx'
import { BLANK, type Typed } from './typed-account.ts'

const STEPS = ['connect', 'bringIn', 'done'] as const

/** Connects a mailbox in three steps: sign in with the check told line by line, what of the old mail comes in, done. */
export function ConnectPage() {
  const { t } = useTranslation()
  const me = useMe()
  const [typed, setTyped] = useState<Typed>(BLANK)
  const [checked, setChecked] = useState<CheckResult>()
  const [made, setMade] = useState<MailboxSettings>()
  if (!isAdmin(me)) return <NoPermission />
  const at = made !== undefined ? 2 : checked !== undefined ? 1 : 0
  return (
    <Page title={t('start.connect')} hint={t('connect.hint')}>
      <ol className={css.stepper} aria-label={t('connect.steps')}>
        {STEPS.map((step, place) => (
          <li key={step} aria-current={place === at ? 'step' : undefined} data-done={place < at}>
            <span className={css.number} aria-hidden>
              {place + 1}
            </span>
            {t(`connect.step.${step}`)}
          </li>
        ))}
      </ol>
      {at === 0 && (
        <>
          <ConnectStep typed={typed} onTyped={setTyped} onChecked={setChecked} />
          <IntakeConnect typed={typed} onMade={setMade} />
        </>
      )}
      {at === 1 && checked !== undefined && (
        <BringInStep typed={typed} checked={checked} onBack={() => setChecked(undefined)} onMade={setMade} />
      )}
      {made !== undefined && <DoneStep mailbox={made} />}
    </Page>
  )
}
