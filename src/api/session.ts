import { checkTimeZone } from '../agents/check-time-zone.ts'
import { createFirstOwner, isSetUp } from '../agents/first-owner.ts'
import { getAgent } from '../agents/get-agent.ts'
import { getLink } from '../agents/links.ts'
import { changeOwnPassword, endOwnSession, listOwnSessions, updateOwnProfile } from '../agents/me.ts'
import { requestReset } from '../agents/request-reset.ts'
import { startSession } from '../agents/sessions.ts'
import { signInWithPassword } from '../agents/sign-in.ts'
import { acceptLink } from '../agents/use-link.ts'
import { type Db, inTransaction } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { AppError } from '../lib/app-error.ts'
import { mailLink } from '../outbound/mail-link.ts'
import {
  changePassword,
  createOwner,
  endSession,
  getLink as getLinkRoute,
  getMe,
  getSetup,
  listSessions,
  type Me,
  requestPasswordReset,
  signIn,
  signOut,
  updateMe,
  useLink as useLinkRoute,
} from '../shared/session.ts'
import { NO_SHORTCUTS } from '../shared/shortcuts.ts'
import { type SafePoint, writeSafePoint } from '../tickets/safe-point.ts'
import { type ApiServer, handle } from './handle.ts'
import { clearSessionCookie, isFromThisMachine, originOf, setSessionCookie } from './session-cookie.ts'

/** What the session's routes work with. */
export type SessionNeeds = {
  db: Db
  keys: KeyRing
  baseUrl: string
  /** Where the live feed is now. */
  livePoint: () => SafePoint
}

/** Registers first run, sign-in, own profile, sessions and one-time links. */
export function registerSession(server: ApiServer, needs: SessionNeeds): void {
  registerSetup(server, needs)
  registerSignIn(server, needs)
  registerOwnAccount(server, needs)
  registerLinks(server, needs)
}

function registerSetup(server: ApiServer, needs: SessionNeeds): void {
  const { db, keys, baseUrl } = needs
  handle(server, getSetup, async ({ caller, request }) => {
    if (caller !== null) return { me: await me(needs, caller), needsOwner: false, needsLink: false }
    const needsOwner = !(await isSetUp(db))
    return { me: null, needsOwner, needsLink: needsOwner && !isFromThisMachine(request, baseUrl) }
  })
  handle(server, createOwner, async ({ body, request, reply }) => {
    if (body.token === undefined && !isFromThisMachine(request, baseUrl)) {
      throw new AppError(
        'setup-link-needed',
        'open the one-time link printed in the log, or use this machine',
      )
    }
    checkTimeZone(body.timeZone)
    const session = await inTransaction(db, async tx => {
      const agentId = await createFirstOwner(tx, keys, { ...body, token: body.token ?? null })
      return { agentId, ...(await startSession(tx, keys, { agentId, ...originOf(request) })) }
    })
    setSessionCookie(reply, session.token, baseUrl)
    return await me(needs, session)
  })
}

function registerSignIn(server: ApiServer, needs: SessionNeeds): void {
  const { db, keys, baseUrl } = needs
  handle(server, signIn, async ({ body, request, reply }) => {
    const session = await signInWithPassword({ db, keys }, body, originOf(request))
    setSessionCookie(reply, session.token, baseUrl)
    return await me(needs, session)
  })
  handle(server, getMe, async ({ caller }) => await me(needs, caller))
  handle(server, signOut, async ({ caller, reply }) => {
    await endOwnSession(db, caller.agentId, caller.sessionId)
    clearSessionCookie(reply)
  })
}

function registerOwnAccount(server: ApiServer, needs: SessionNeeds): void {
  const { db } = needs
  handle(server, updateMe, async ({ caller, body }) => {
    await updateOwnProfile(db, caller.agentId, body)
    return await me(needs, caller)
  })
  handle(server, changePassword, async ({ caller, body }) => await changeOwnPassword(db, caller, body))
  handle(server, listSessions, async ({ caller }) => {
    const rows = await listOwnSessions(db, caller.agentId)
    const data = rows.map(row => ({
      id: row.id,
      isCurrent: row.id === caller.sessionId,
      userAgent: row.user_agent,
      address: row.address,
      createdAt: row.created_at.toISOString(),
      seenAt: row.seen_at.toISOString(),
    }))
    return { data }
  })
  handle(server, endSession, async ({ caller, params }) => await endOwnSession(db, caller.agentId, params.id))
}

function registerLinks(server: ApiServer, needs: SessionNeeds): void {
  const { db, keys, baseUrl } = needs
  handle(server, requestPasswordReset, async ({ body, request }) => {
    await requestReset({ db, keys }, { email: body.email, address: request.ip }, mailLink)
  })
  handle(server, getLinkRoute, async ({ params }) => {
    const link = await getLink(db, keys, params.token)
    if (link.purpose === 'setup' || link.agentId === null) {
      throw new AppError('link-invalid', 'the link is for something else')
    }
    const agent = await getAgent(db, link.agentId)
    return {
      purpose: link.purpose,
      email: agent.email,
      name: agent.name,
      expiresAt: link.expiresAt.toISOString(),
    }
  })
  handle(server, useLinkRoute, async ({ params, body, request, reply }) => {
    const session = await inTransaction(db, async tx => {
      const agentId = await acceptLink(tx, keys, params.token, body)
      return { agentId, ...(await startSession(tx, keys, { agentId, ...originOf(request) })) }
    })
    setSessionCookie(reply, session.token, baseUrl)
    return await me(needs, session)
  })
}

async function me(
  { db, livePoint }: SessionNeeds,
  session: { agentId: number; csrfToken: string },
): Promise<Me> {
  const liveFrom = writeSafePoint(livePoint())
  const { state: _, shortcuts, ...agent } = await getAgent(db, session.agentId)
  return { ...agent, shortcuts: shortcuts ?? NO_SHORTCUTS, csrfToken: session.csrfToken, liveFrom }
}
