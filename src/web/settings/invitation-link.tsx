import { Button, CopyButton } from '@mantine/core'
import type { Invitation } from '../../shared/agents.ts'
import { useTranslation } from '../texts.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'

/** The link of a fresh invitation: shown this once, to be copied. */
export function InvitationLink(props: { invitation: Invitation }) {
  const { t } = useTranslation()
  const { agent, link, mailed } = props.invitation
  return (
    <Card title={t('agents.linkTitle', { name: agent.name })}>
      <p>{t(mailed ? 'agents.linkMailed' : 'agents.linkHint', { email: agent.email })}</p>
      <div className={css.link}>
        <code>{link}</code>
        <CopyButton value={link}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {t(copied ? 'action.copied' : 'action.copy')}
            </Button>
          )}
        </CopyButton>
      </div>
    </Card>
  )
}
