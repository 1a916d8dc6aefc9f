import {
  deactivateAgent,
  inviteAgent,
  listAgents,
  reactivateAgent,
  renewInvitation,
  updateAgent,
} from '../../src/shared/agents.ts'
import { checkDkimKey, getDkim, renewDkimKey, setDkim } from '../../src/shared/dkim.ts'
import { getFirstSteps } from '../../src/shared/first-steps.ts'
import {
  checkDomainRecords,
  getHealth,
  listAlerts,
  setAlertWebhook,
  setCanary,
} from '../../src/shared/health.ts'
import {
  checkMailbox,
  discoverMailbox,
  watchConnectedCheck,
  watchMailboxCheck,
} from '../../src/shared/mailbox-checks.ts'
import {
  chooseMailFolders,
  connectIntakeMailbox,
  connectMailbox,
  downloadQuarantined,
  getAutomaticMail,
  getLedger,
  getMailbox,
  getMailIntake,
  listLedgerRows,
  listMailboxes,
  listMailFolders,
  listQuarantine,
  pauseMailbox,
  resumeMailbox,
  retryQuarantined,
  setAfterFiling,
  updateMailbox,
} from '../../src/shared/mailboxes.ts'
import { getOldMail, holdOldMail, resumeOldMail } from '../../src/shared/old-mail.ts'
import { cancelOutbox, listOutbox, listOutboxMailboxes, retryOutbox } from '../../src/shared/outbox.ts'
import { getPractice, removePractice, startPractice, writeAsCustomer } from '../../src/shared/practice.ts'
import {
  connectDelegated,
  finishConsent,
  listSignInApps,
  removeSignInApp,
  saveSignInApp,
  startConsent,
} from '../../src/shared/sign-in-apps.ts'
import { createTeam, listTeams, removeTeam, updateTeam } from '../../src/shared/teams.ts'
import {
  getTemplate,
  getTemplateVersion,
  listTemplates,
  mailTemplateTest,
  previewTemplate,
  saveTemplate,
} from '../../src/shared/templates.ts'
import { emptyTrash, eraseTickets, getTrash, listErasures, setTrash } from '../../src/shared/trash.ts'
import { address, connected, named, quarantined, reply, replyIn, ticket } from './objects.ts'
import { type Row, row } from './row.ts'
import type { World } from './world.ts'

const ofConnected = async (world: World) => ({ params: { id: (await connected(world)).id } })
const ofClosed = ({ closed }: World) => ({ params: { id: closed } })
const template = ({ closed }: World) => ({
  params: { id: closed, name: 'reply' as const, language: 'en' as const },
})
const words = { subject: null, text: '{{text}}', html: null }

async function hired(world: World, role: 'agent' | 'owner' = 'agent') {
  return { params: { id: (await world.agent(named('agent').replaceAll(' ', '.'), { role })).agentId } }
}

async function invited(world: World, role: 'agent' | 'owner' = 'agent') {
  const body = {
    email: address(),
    name: 'New',
    role,
    language: 'en' as const,
    mailboxIds: [],
    sendMail: false,
  }
  const { agent } = await world.staff.owner.call(inviteAgent, { body })
  return { params: { id: agent.id } }
}

async function dismissed(world: World, role: 'agent' | 'owner' = 'agent') {
  const call = await hired(world, role)
  await world.staff.owner.call(deactivateAgent, call)
  return call
}

async function team(world: World) {
  const body = { name: named('team'), memberIds: [], mailboxIds: [] }
  return { params: { id: (await world.staff.owner.call(createTeam, { body })).id } }
}

const invitation = (role: 'agent' | 'owner') => ({
  body: { email: address(), name: 'New', role, language: 'en' as const, mailboxIds: [], sendMail: false },
})

const server = { host: '127.0.0.1', port: 9, security: 'tls' as const }
const testMail = { subject: 'test', text: 'test' }
const connection = { address: 'new@desk.test', password: 'secret', imap: server, smtp: server }

/** Only an owner touches an owner, or makes one. */
const OWNERS = { of: 'of an owner', but: { admin: 403 } }

const agentRows: readonly Row[] = [
  row(listAgents, 'role', () => ({})),
  row(inviteAgent, 'role', () => invitation('agent')),
  row(inviteAgent, 'role', () => invitation('owner'), OWNERS),
  row(renewInvitation, 'role', invited),
  row(renewInvitation, 'role', world => invited(world, 'owner'), OWNERS),
  row(updateAgent, 'role', async world => ({ ...(await hired(world)), body: { name: 'Other' } })),
  row(
    updateAgent,
    'role',
    async world => ({ ...(await hired(world, 'owner')), body: { name: 'Other' } }),
    OWNERS,
  ),
  row(updateAgent, 'role', async world => ({ ...(await hired(world)), body: { role: 'owner' as const } }), {
    of: 'made an owner',
    but: { admin: 403 },
  }),
  row(deactivateAgent, 'role', hired),
  row(deactivateAgent, 'role', world => hired(world, 'owner'), OWNERS),
  row(reactivateAgent, 'role', dismissed),
  row(reactivateAgent, 'role', world => dismissed(world, 'owner'), OWNERS),
  row(listTeams, 'role', () => ({})),
  row(createTeam, 'role', () => ({ body: { name: named('team'), memberIds: [], mailboxIds: [] } })),
  row(updateTeam, 'role', async world => ({ ...(await team(world)), body: { name: named('team') } })),
  row(removeTeam, 'role', team),
  row(getFirstSteps, 'role', () => ({})),
]

const mailboxRows: readonly Row[] = [
  row(listMailboxes, 'contents', () => ({}), { shows: text => text.includes('closed@desk.test') }),
  row(getMailbox, 'role', ofClosed),
  row(updateMailbox, 'role', world => ({ ...ofClosed(world), body: { colour: 2 } })),
  row(pauseMailbox, 'role', ofClosed),
  row(resumeMailbox, 'role', ofClosed),
  row(getAutomaticMail, 'role', ofClosed),
  row(listMailFolders, 'role', ofClosed, { answers: 409 }),
  row(chooseMailFolders, 'role', world => ({ ...ofClosed(world), body: { paths: ['INBOX'] } }), {
    answers: 409,
  }),
  row(
    setAfterFiling,
    'role',
    world => ({ ...ofClosed(world), body: { marksRead: true, movesTo: 'Archive' } }),
    { answers: 409 },
  ),
  row(
    setAfterFiling,
    'role',
    async world => ({ ...(await ofConnected(world)), body: { marksRead: true, movesTo: null } }),
    { of: 'marking alone' },
  ),
  row(setAfterFiling, 'role', world => ({ ...ofClosed(world), body: { marksRead: true, movesTo: null } }), {
    of: 'of a practice mailbox',
    answers: 404,
  }),
  row(getLedger, 'role', ofClosed),
  row(listLedgerRows, 'role', ({ closed }) => ({ query: { mailboxId: closed } })),
  row(getOldMail, 'role', ofClosed),
  row(holdOldMail, 'role', ofClosed),
  row(resumeOldMail, 'role', ofClosed),
  row(listQuarantine, 'role', () => ({})),
  row(retryQuarantined, 'role', async world => ({ params: { id: await quarantined(world) } })),
  row(downloadQuarantined, 'role', async world => ({ params: { id: await quarantined(world) } })),
  row(discoverMailbox, 'role', () => ({ body: { address: 'new@gmail.com' } })),
  row(checkMailbox, 'role', () => ({ body: connection })),
  row(watchMailboxCheck, 'role', () => ({ body: connection })),
  row(watchConnectedCheck, 'role', world => ({ ...ofClosed(world), body: { testMail } }), {
    of: 'of a practice mailbox',
    answers: 404,
  }),
  row(
    connectMailbox,
    'role',
    () => ({ body: { ...connection, name: 'New', start: { rule: 'now' as const } } }),
    {
      answers: 422,
    },
  ),
  row(
    connectIntakeMailbox,
    'role',
    () => ({ body: { address: connection.address, name: 'New', smtp: server } }),
    { answers: 422 },
  ),
  row(getMailIntake, 'role', () => ({})),
  row(getDkim, 'role', ofConnected),
  row(setDkim, 'role', async world => ({ ...(await ofConnected(world)), body: { isOn: true } })),
  row(renewDkimKey, 'role', async world => {
    const { id, domain } = await connected(world)
    return { params: { id }, body: { domain } }
  }),
  row(checkDkimKey, 'role', async world => {
    const { id, domain } = await connected(world)
    const call = { params: { id }, body: { domain } }
    const { domains } = await world.staff.owner.call(renewDkimKey, call)
    return { params: { id, keyId: domains[0]?.keys[0]?.id ?? 0 } }
  }),
  row(listTemplates, 'role', ofClosed),
  row(getTemplate, 'role', template),
  row(getTemplateVersion, 'role', async world => {
    const { version } = await world.staff.owner.call(getTemplate, template(world))
    const body = { after: version, change: { content: words } }
    const saved = await world.staff.owner.call(saveTemplate, { ...template(world), body })
    return { params: { ...template(world).params, version: saved.version } }
  }),
  row(saveTemplate, 'role', async world => {
    const { version } = await world.staff.owner.call(getTemplate, template(world))
    return { ...template(world), body: { after: version, change: { content: words } } }
  }),
  row(previewTemplate, 'role', world => ({ ...template(world), body: { content: words } })),
  row(mailTemplateTest, 'role', world => ({ ...template(world), body: { content: words } }), {
    answers: 502,
  }),
]

const runningRows: readonly Row[] = [
  row(getHealth, 'role', () => ({})),
  row(listAlerts, 'role', () => ({})),
  row(setAlertWebhook, 'role', () => ({ body: { url: null } })),
  row(checkDomainRecords, 'role', async world => ({ params: { domain: (await connected(world)).domain } })),
  row(setCanary, 'role', world => ({ ...ofClosed(world), body: { isOn: false } })),
  row(listOutbox, 'role', () => ({ query: {} })),
  row(listOutboxMailboxes, 'role', () => ({})),
  row(retryOutbox, 'role', async world => ({ params: { id: (await replyIn(world, 'deferred')).id } })),
  row(cancelOutbox, 'role', async world => ({ params: { id: (await reply(world)).id } })),
  row(getTrash, 'role', () => ({})),
  row(setTrash, 'role', () => ({ body: { days: 30 } })),
  row(eraseTickets, 'role', async world => ({ body: { numbers: [(await ticket(world)).number] } })),
  row(emptyTrash, 'role', () => ({ body: { thrownUntil: '2026-01-01T00:00:00.000Z' } })),
  row(listErasures, 'role', () => ({ query: {} })),
  row(getPractice, 'role', () => ({})),
  row(startPractice, 'role', () => ({}), { answers: 409 }),
  row(
    writeAsCustomer,
    'role',
    () => ({ body: { customer: 'nobody@practice.test', answerToUid: null, text: 'Hi' } }),
    {
      answers: 404,
    },
  ),
  row(listSignInApps, 'role', () => ({})),
  row(
    saveSignInApp,
    'role',
    () => ({
      body: { kind: 'google_delegation' as const, keyFile: '{}' },
    }),
    { answers: 422 },
  ),
  row(removeSignInApp, 'role', () => ({ params: { id: 1 } }), { answers: 404 }),
  row(startConsent, 'role', () => ({ body: { appId: 1, isShared: false, address: 'new@desk.test' } }), {
    answers: 404,
  }),
  row(finishConsent, 'role', () => ({ body: { state: 'nobody began this', code: 'x' } }), { answers: 410 }),
  row(connectDelegated, 'role', () => ({ body: { appId: 1, address: 'new@desk.test' } }), { answers: 404 }),
]

/** What admins do, and what all agents may know of it. */
export const adminRows: readonly Row[] = [...agentRows, ...mailboxRows, ...runningRows]

/** Takes both mailboxes away with all that every other row left in them. */
export const lastRow: Row = row(removePractice, 'role', async world => {
  await world.staff.owner.fetch(startPractice)
  return {}
})
