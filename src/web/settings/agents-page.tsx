import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  type Agent,
  deactivateAgent,
  type Invitation,
  reactivateAgent,
  renewInvitation,
} from '../../shared/agents.ts'
import { useApi } from '../api.tsx'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useAgents, useMailboxes, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { Fault } from '../ui/fault.tsx'
import { useNotices } from '../ui/notices.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { AgentDialog } from './agent-dialog.tsx'
import { InvitationLink } from './invitation-link.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import css from './page.module.css'
import { Card, Page } from './page.tsx'

/** The agents: invite, role, mailboxes, deactivate. */
export function AgentsPage() {
  const { t } = useTranslation()
  const agents = useAgents()
  const [isInviting, setIsInviting] = useState(false)
  const [invitation, setInvitation] = useState<Invitation>()
  const [edited, setEdited] = useState<Agent>()
  if (!isAdmin(useMe())) return <NoPermission />
  return (
    <Page
      title={t('settings.agents')}
      hint={t('agents.hint')}
      action={<Button onClick={() => setIsInviting(true)}>{t('agents.invite')}</Button>}
    >
      {invitation !== undefined && <InvitationLink invitation={invitation} />}
      {agents.isPending && <Skeleton rows={3} />}
      {agents.isError && <Fault error={agents.error} onRetry={() => void agents.refetch()} />}
      {agents.data !== undefined && (
        <Card>
          <ul className={css.rows}>
            {agents.data.map(agent => (
              <AgentLine
                key={agent.id}
                agent={agent}
                onEdit={() => setEdited(agent)}
                onInvitation={setInvitation}
              />
            ))}
          </ul>
        </Card>
      )}
      {isInviting && <InviteDialog onClose={() => setIsInviting(false)} onInvited={setInvitation} />}
      {edited !== undefined && <AgentDialog agent={edited} onClose={() => setEdited(undefined)} />}
    </Page>
  )
}

function AgentLine(props: {
  agent: Agent
  onEdit: () => void
  onInvitation: (invitation: Invitation) => void
}) {
  const { t } = useTranslation()
  const me = useMe()
  const { agent } = props
  const actions = useAgentActions(agent, props.onInvitation)
  return (
    <li className={css.row}>
      <Avatar name={agent.name} />
      <div className={css.main}>
        <p className={css.title}>{agent.name}</p>
        <p className={css.sub}>
          {agent.email} · {t(`role.${agent.role}`)} · <MailboxNames agent={agent} />
        </p>
      </div>
      {agent.state !== 'active' && (
        <span className={css.badge} data-tone="warn">
          {t(`agents.state.${agent.state}`)}
        </span>
      )}
      <div className={css.actions}>
        <Button variant="default" size="xs" onClick={props.onEdit}>
          {t('action.edit')}
        </Button>
        {agent.state === 'invited' && (
          <Button variant="default" size="xs" loading={actions.isBusy} onClick={actions.renew}>
            {t('agents.newLink')}
          </Button>
        )}
        {agent.state === 'deactivated' ? (
          <Button variant="default" size="xs" loading={actions.isBusy} onClick={actions.reactivate}>
            {t('agents.reactivate')}
          </Button>
        ) : (
          agent.id !== me.id && (
            <Button variant="default" size="xs" loading={actions.isBusy} onClick={actions.deactivate}>
              {t('agents.deactivate')}
            </Button>
          )
        )}
      </div>
      {actions.error !== undefined && <Fault error={actions.error} />}
    </li>
  )
}

function useAgentActions(agent: Agent, onInvitation: (invitation: Invitation) => void) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const params = { id: agent.id }
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const run = async (act: () => Promise<void>) => {
    setIsBusy(true)
    setError(undefined)
    try {
      await act()
      await queries.invalidateQueries({ queryKey: ['agents'] })
    } catch (reason) {
      setError(reason)
    } finally {
      setIsBusy(false)
    }
  }
  const reactivate = async () => {
    await call(reactivateAgent, { params })
  }
  const deactivate = async () => {
    const { unassignedTickets } = await call(deactivateAgent, { params })
    notices.done(t('agents.deactivated', { name: agent.name, count: unassignedTickets }), {
      undo: () => run(reactivate),
    })
  }
  return {
    isBusy,
    error,
    renew: () => void run(async () => onInvitation(await call(renewInvitation, { params }))),
    deactivate: () => void run(deactivate),
    reactivate: () => void run(reactivate),
  }
}

function MailboxNames(props: { agent: Agent }) {
  const { t } = useTranslation()
  const mailboxes = useMailboxes().data ?? []
  const { agent } = props
  if (agent.role !== 'agent') return <>{t('agents.allMailboxes')}</>
  const names = mailboxes
    .filter(mailbox => agent.mailboxIds.includes(mailbox.id))
    .map(mailbox => mailbox.name)
  return <>{names.length === 0 ? t('agents.noMailbox') : names.join(', ')}</>
}
