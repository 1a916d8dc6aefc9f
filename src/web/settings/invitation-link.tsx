import { Button } from '@mantine/core'
import type { Invitation } from '../../shared/agents.ts'
import { useTranslation } from '../texts.tsx'
import { useCopy } from '../ui/use-copy.ts'
import css from './page.module.css'
import { Card } from './page.tsx'

/** The link of a fresh invitation: shown this once, to be copied. */
export function InvitationLink(props: { invitation: Invitation }) {
  const { t } = useTranslation()
  const { isCopied, copy } = useCopy()
  const { agent, link, mailed } = props.invitation
  return (
    <Card title={t('agents.linkTitle', { name: agent.name })}>
      <p>{t(mailed ? 'agents.linkMailed' : 'agents.linkHint', { email: agent.email })}</p>
      <div className={css.link}>
        <code>{link}</code>
        <Button variant="default" onClick={() => copy(link)}>
          {t(isCopied ? 'action.copied' : 'action.copy')}
        </Button>
      </div>
    </Card>
  )
}
