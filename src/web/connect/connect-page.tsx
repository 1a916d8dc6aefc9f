import { useState } from 'react'
import type { CheckResult } from '../../shared/mailbox-checks.ts'
import type { MailboxSettings } from '../../shared/mailboxes.ts'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useMe } from '../session.ts'
import { Page } from '../settings/page.tsx'
import { useTranslation } from '../texts.tsx'
import { BringInStep } from './bring-in-step.tsx'
import { ConnectStep } from './connect-step.tsx'
import { ConnectSteps } from './connect-steps.tsx'
import { DoneStep } from './done-step.tsx'
import { IntakeConnect } from './intake-connect.tsx'
import { BLANK, type Typed } from './typed-account.ts'

type Made = { mailbox: MailboxSettings; asksFolders: boolean }

/** Connects a mailbox in three steps: sign in with the check told line by line, what of the old mail comes in, done. */
export function ConnectPage() {
  const { t } = useTranslation()
  const me = useMe()
  const [typed, setTyped] = useState<Typed>(BLANK)
  const [checked, setChecked] = useState<CheckResult>()
  const [made, setMade] = useState<Made>()
  if (!isAdmin(me)) return <NoPermission />
  const atBefore = checked === undefined ? 0 : 1
  const at = made === undefined ? atBefore : 2
  return (
    <Page title={t('start.connect')} hint={t('connect.hint')}>
      <ConnectSteps at={at} />
      {at === 0 && (
        <>
          <ConnectStep
            typed={typed}
            onTyped={setTyped}
            onChecked={setChecked}
            onGranted={mailbox => setMade({ mailbox, asksFolders: true })}
          />
          <IntakeConnect typed={typed} onMade={mailbox => setMade({ mailbox, asksFolders: false })} />
        </>
      )}
      {at === 1 && checked !== undefined && (
        <BringInStep
          typed={typed}
          checked={checked}
          onBack={() => setChecked(undefined)}
          onMade={mailbox => setMade({ mailbox, asksFolders: false })}
        />
      )}
      {made !== undefined && <DoneStep {...made} />}
    </Page>
  )
}
