import { getLimits } from '../../src/shared/limits.ts'
import {
  dropNewTicketDraft,
  findNewTicketDraft,
  offerForNewMail,
  openWithoutMail,
  previewNewMail,
  saveNewTicketDraft,
  sendNewMail,
} from '../../src/shared/new-tickets.ts'
import {
  changeNotificationSettings,
  getNotificationSettings,
  listNotifications,
  lookAtNotifications,
} from '../../src/shared/notifications.ts'
import {
  changeSavedReply,
  countSavedReply,
  createSavedReply,
  listSavedReplies,
  removeSavedReply,
  restoreSavedReply,
  type SavedReplyContent,
} from '../../src/shared/saved-replies.ts'
import {
  changePassword,
  endSession,
  getMe,
  listSessions,
  signOut,
  updateMe,
} from '../../src/shared/session.ts'
import { sendReply, writeNote } from '../../src/shared/tickets.ts'
import {
  countViews,
  createView,
  listViews,
  orderViews,
  removeView,
  restoreView,
  updateView,
} from '../../src/shared/views.ts'
import { address, inDays, named, numberOf } from './objects.ts'
import { type Row, row } from './row.ts'
import { CANARY, type World } from './world.ts'

const view = (isShared: boolean) => ({ name: named('view'), isShared, queue: 'all' as const, filter: {} })

async function ownView(world: World) {
  return { params: { id: (await world.staff.insider.call(createView, { body: view(false) })).id } }
}

/** The views of an agent are limited, and the insider makes one for each row. */
async function sharedView(world: World) {
  return { params: { id: (await world.staff.owner.call(createView, { body: view(true) })).id } }
}

const words = (scope: SavedReplyContent['scope'], mailboxId: number | null = null): SavedReplyContent => ({
  scope,
  mailboxId,
  name: named('greeting'),
  folder: '',
  texts: [{ language: 'en', body: `${CANARY} greets you` }],
})

async function ownWords(world: World) {
  return { params: { id: (await world.staff.insider.call(createSavedReply, { body: words('mine') })).id } }
}

async function wordsOfMailbox(world: World) {
  const body = words('mailbox', world.closed)
  return { params: { id: (await world.staff.owner.call(createSavedReply, { body })).id } }
}

async function archived(world: World, params: { id: number }) {
  await world.staff.owner.call(countSavedReply, { params })
  await world.staff.owner.call(removeSavedReply, { params })
  return { params }
}

const content = {
  text: `${CANARY} half written`,
  html: null,
  to: [],
  cc: [],
  bcc: [],
  uploadIds: [],
  head: {
    kind: 'mail' as const,
    mailboxId: null,
    from: null,
    subject: '',
    customerId: null,
    name: '',
    address: '',
    phone: '',
  },
}

/** An admin changes what is of a mailbox; an agent of it is told that only admins do. */
const forAdmins = { but: { insider: 403 } }

/** What is an agent's own: words, views, drafts, sessions, settings; and beginning tickets. */
export const ownRows: readonly Row[] = [
  row(getMe, 'role', () => ({})),
  row(updateMe, 'role', () => ({ body: { timeZone: 'Europe/Sofia' } })),
  row(
    changePassword,
    'role',
    () => ({ body: { current: 'not the password', next: 'a new password of mine' } }),
    {
      answers: 401,
    },
  ),
  row(listSessions, 'role', () => ({})),
  row(endSession, 'author', async world => {
    const { sessionId } = await world.signIn(world.staff.insider.agentId)
    return { params: { id: sessionId } }
  }),
  row(signOut, 'role', () => ({}), { spendsSession: true }),
  row(getLimits, 'role', () => ({})),
  row(listViews, 'own-contents', async world => {
    await ownView(world)
    return {}
  }),
  row(
    countViews,
    'contents',
    async world => {
      await numberOf(world)
      await world.staff.owner.call(createView, {
        body: { ...view(true), filter: { mailboxIds: [world.closed] } },
      })
      return {}
    },
    { shows: text => /"count":[1-9]/.test(text) },
  ),
  row(createView, 'role', () => ({
    body: { name: 'Mine', isShared: false, queue: 'all' as const, filter: {} },
  })),
  row(updateView, 'author', async world => ({ ...(await ownView(world)), body: { name: named('view') } })),
  row(updateView, 'role', async world => ({ ...(await sharedView(world)), body: { name: named('view') } }), {
    of: 'a shared one',
    but: { insider: 403, outsider: 403, otherTeam: 403, teammate: 403, former: 403 },
  }),
  row(removeView, 'author', ownView),
  row(restoreView, 'author', async world => {
    const call = await ownView(world)
    await world.staff.insider.call(removeView, call)
    return call
  }),
  row(orderViews, 'role', () => ({ body: { ids: [] } })),
  row(
    listSavedReplies,
    'own-contents',
    async world => {
      await ownWords(world)
      return {}
    },
    { shows: text => text.includes('"scope":"mine"') },
  ),
  row(
    listSavedReplies,
    'contents',
    async world => {
      await wordsOfMailbox(world)
      return {}
    },
    { of: 'of the mailbox', shows: text => text.includes('"scope":"mailbox"') },
  ),
  row(createSavedReply, 'role', () => ({
    body: { ...words('mine'), name: 'Mine', texts: [{ language: 'en' as const, body: 'Hi' }] },
  })),
  row(createSavedReply, 'mailbox', ({ closed }) => ({ body: words('mailbox', closed) }), {
    of: 'of the mailbox',
    but: { insider: 403, outsider: 403, otherTeam: 403, teammate: 403, former: 403 },
  }),
  row(changeSavedReply, 'author', async world => ({ ...(await ownWords(world)), body: words('mine') })),
  row(
    changeSavedReply,
    'mailbox',
    async world => ({
      ...(await wordsOfMailbox(world)),
      body: words('mailbox', world.closed),
    }),
    { of: 'of the mailbox', ...forAdmins },
  ),
  row(removeSavedReply, 'author', ownWords),
  row(removeSavedReply, 'mailbox', wordsOfMailbox, { of: 'of the mailbox', ...forAdmins }),
  row(
    restoreSavedReply,
    'mailbox',
    async world => await archived(world, (await wordsOfMailbox(world)).params),
    forAdmins,
  ),
  row(countSavedReply, 'author', ownWords),
  row(countSavedReply, 'mailbox', wordsOfMailbox, { of: 'of the mailbox' }),
  row(listNotifications, 'own-contents', async world => {
    const call = await numberOf(world)
    const mention = `<p><span data-mention="${world.staff.insider.agentId}">@x</span> ${CANARY}</p>`
    await world.staff.owner.call(writeNote, { ...call, body: { html: mention } })
    return {}
  }),
  row(lookAtNotifications, 'role', () => ({ body: { upTo: inDays(-1) } })),
  row(getNotificationSettings, 'role', () => ({})),
  row(changeNotificationSettings, 'role', async world => ({
    body: await world.staff.owner.call(getNotificationSettings),
  })),
  row(findNewTicketDraft, 'own-contents', async world => {
    await world.staff.insider.call(dropNewTicketDraft)
    await world.staff.insider.call(saveNewTicketDraft, { body: { content, revision: 0 } })
    return {}
  }),
  row(dropNewTicketDraft, 'role', () => ({})),
  row(saveNewTicketDraft, 'role', () => ({ body: { content: { ...content, text: 'half' }, revision: 0 } })),
  row(sendNewMail, 'mailbox', ({ closed }) => ({
    body: { mailboxId: closed, to: [address()], subject: named('news'), text: CANARY },
  })),
  row(previewNewMail, 'mailbox', ({ closed }) => ({ body: { mailboxId: closed, to: [address()] } })),
  row(offerForNewMail, 'mailbox', ({ closed }) => ({ query: { mailboxId: closed } })),
  row(openWithoutMail, 'mailbox', ({ closed }) => ({
    body: { mailboxId: closed, subject: named('call'), customer: {}, text: CANARY },
  })),
  row(
    sendReply,
    'mailbox',
    async world => ({
      ...(await numberOf(world)),
      headers: { 'idempotency-key': address() },
      body: { text: CANARY },
    }),
    { of: 'under a key' },
  ),
]
