import { inviteAgent } from '../../src/shared/agents.ts'
import { useLink } from '../../src/shared/session.ts'
import { type ApiClient, apiClient } from './api.ts'

type Invited = { role?: 'admin' | 'agent'; mailboxIds?: number[]; client?: () => ApiClient }

/** Invites agents, by default as admins, and signs each in through its link. Their address is `name@desk.test`. */
export async function inviteAgents(
  admin: ApiClient,
  names: readonly string[],
  { role = 'admin', mailboxIds = [], client = () => apiClient(admin.baseUrl) }: Invited = {},
): Promise<ApiClient[]> {
  const agents: ApiClient[] = []
  for (const name of names) {
    const body = {
      email: `${name}@desk.test`,
      name,
      role,
      language: 'en',
      mailboxIds,
      sendMail: false,
    } as const
    const { link } = await admin.call(inviteAgent, { body: { ...body, mailboxIds: [...mailboxIds] } })
    const agent = client()
    const token = link.split('/').at(-1) ?? ''
    await agent.call(useLink, { params: { token }, body: { password: `a long password of ${name}` } })
    agents.push(agent)
  }
  return agents
}
