import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { MailboxSettings } from '../../shared/mailboxes.ts'
import { listSignInApps } from '../../shared/sign-in-apps.ts'
import { useApi } from '../api.tsx'
import css from '../settings/page.module.css'
import { Card } from '../settings/page.tsx'
import { SignInWith } from '../settings/sign-in-with.tsx'
import { useTranslation } from '../texts.tsx'
import { NO_OLD_MAIL, OldMail, type OldMailChoice, startOf } from './old-mail.tsx'
import { type Typed, targetOf } from './typed-account.ts'

/** The way in without a password: at the provider, which brings back no numbers, so old mail is decided on before. */
export function SignInCard(props: { typed: Typed; onGranted: (mailbox: MailboxSettings) => void }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const apps = useQuery({ queryKey: ['sign-in-apps'], queryFn: () => call(listSignInApps) })
  const [oldMail, setOldMail] = useState<OldMailChoice>(NO_OLD_MAIL)
  return (
    <Card title={t('signInWith.title')}>
      {(apps.data?.data.length ?? 0) > 0 && (
        <div className={css.form}>
          <OldMail choice={oldMail} inside={{}} onChange={patch => setOldMail({ ...oldMail, ...patch })} />
        </div>
      )}
      <SignInWith target={targetOf(props.typed, startOf(oldMail))} onGranted={props.onGranted} />
    </Card>
  )
}
