import type { MailboxSettings } from '../../shared/mailboxes.ts'
import { useTranslation } from '../texts.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'
import { SignInWith } from './sign-in-with.tsx'

/** How a mailbox signs in without a password, with the way to do it anew; or the way to begin with it. */
export function MailboxGrant(props: { mailbox: MailboxSettings }) {
  const { t } = useTranslation()
  const { id: mailboxId, address, signInApp } = props.mailbox
  if (signInApp === null) {
    return (
      <Card title={t('grant.switch')}>
        <SignInWith target={{ mailboxId }} />
      </Card>
    )
  }
  const { name, grantedTo } = signInApp
  return (
    <Card title={t('grant.title', { name })}>
      <p className={css.sub}>
        {grantedTo === null ? t('grant.byDomain') : t('grant.by', { address: grantedTo })}
      </p>
      <SignInWith
        target={{ mailboxId }}
        only={signInApp.id}
        label={t('grant.reconnect')}
        isShared={grantedTo !== null && grantedTo !== address.toLowerCase()}
      />
    </Card>
  )
}
