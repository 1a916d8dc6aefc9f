import { type QueryClient, type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query'
import { type Context, createContext, use } from 'react'
import type { Agent } from '../shared/agents.ts'
import type { Mailbox } from '../shared/mailboxes.ts'
import { getSetup, type Me } from '../shared/session.ts'
import type { Team } from '../shared/teams.ts'
import type { TicketRow } from '../shared/tickets.ts'
import { useApi } from './api.tsx'
import { type Call, CallFailed } from './call.ts'

/** Where the signed-in agent lies in the cache; null is "nobody is signed in". */
export const ME_KEY = ['me'] as const

/** The signed-in agent, null when nobody is. */
export function useSession() {
  return useQuery(useMeQuery())
}

/** The signed-in agent as far as somebody asked; asks nothing itself. */
export function useKnownMe(): Me | null | undefined {
  return useQuery({ ...useMeQuery(), enabled: false }).data
}

function useMeQuery() {
  return meQuery(useApi().call)
}

/** Asks who is signed in; once, and again when it was invalidated. */
export function meQuery(call: Call) {
  return {
    queryKey: ME_KEY,
    // Not by what only agents may ask: the browser would write its refusal into the console of every stranger.
    queryFn: async ({ client }: { client: QueryClient }): Promise<Me | null> => {
      const setup = await call(getSetup)
      // Who is nobody goes on with the rest of the answer.
      if (setup.me === null) client.setQueryData(SETUP_KEY, setup)
      return setup.me
    },
    staleTime: Number.POSITIVE_INFINITY,
  }
}

const SETUP_KEY = ['setup'] as const

/** Whether the first owner is still to be created; known with the answer that nobody is signed in, asked anew after a while. */
export function useSetup(isWanted: boolean) {
  const { call } = useApi()
  return useQuery({ queryKey: SETUP_KEY, queryFn: () => call(getSetup), enabled: isWanted })
}

/** Who is signed in, for all below the gate. */
export const MeContext = createContext<Me | undefined>(undefined)

/** The signed-in agent, below the gate that guarantees there is one. */
export function useMe(): Me {
  const me = use(MeContext)
  if (me === undefined) throw new CallFailed('signed-out', 401)
  return me
}

/** Whether this agent may open the admin pages. */
export function isAdmin(me: Pick<Me, 'role'>): boolean {
  return me.role !== 'agent'
}

/** A list that hundreds of components of one page look into. */
export type KnownList<Row> = Pick<
  UseQueryResult<Row[]>,
  'data' | 'isPending' | 'isError' | 'error' | 'refetch'
>

/** What they look into, asked for once for all of them (`KnownLists`). */
export const AgentsContext = createContext<KnownList<Agent> | undefined>(undefined)
export const TeamsContext = createContext<KnownList<Team> | undefined>(undefined)
export const MailboxesContext = createContext<KnownList<Mailbox> | undefined>(undefined)

function useKnown<Row>(context: Context<KnownList<Row> | undefined>): KnownList<Row> {
  const list = use(context)
  if (list === undefined) throw new CallFailed('signed-out', 401)
  return list
}

/** Agents by id, as colleagues see them. */
export function useAgents(): KnownList<Agent> {
  return useKnown(AgentsContext)
}

/** All teams by name, removed ones too: what is told of them still names them. */
export function useTeams(): KnownList<Team> {
  return useKnown(TeamsContext)
}

/** The teams that work in one of the mailboxes this agent may use, or in one of them. */
export function useTeamsAtWork(mailboxId?: number): Team[] {
  const mailboxes = useMailboxes().data ?? []
  const works = (id: number) =>
    mailboxId === undefined ? mailboxes.some(mailbox => mailbox.id === id) : id === mailboxId
  return (useTeams().data ?? []).filter(team => !team.isRemoved && team.mailboxIds.some(works))
}

/** The mailboxes this agent may use. */
export function useMailboxes(): KnownList<Mailbox> {
  return useKnown(MailboxesContext)
}

/** One mailbox by id, undefined while unknown. */
export function useMailbox(id: number): Mailbox | undefined {
  return useMailboxes().data?.find(mailbox => mailbox.id === id)
}

/** Names of those that the page has asked for, at the moment one is wanted; '' while unknown. It asks for nothing itself. */
export function useNameOf(): (kind: 'agents' | 'teams' | 'mailboxes', id: number) => string {
  const queries = useQueryClient()
  return (kind, id) => {
    const known = queries.getQueryData<readonly { id: number; name: string }[]>([kind])
    return known?.find(one => one.id === id)?.name ?? ''
  }
}

/** The mailboxes in which a ticket has twins this agent may see. */
export function useTwinMailboxes(ticket: Pick<TicketRow, 'twins'>): Mailbox[] {
  const mailboxes = useMailboxes().data ?? []
  return ticket.twins.flatMap(twin => mailboxes.find(mailbox => mailbox.id === twin.mailboxId) ?? [])
}

/** Takes a fresh sign-in into the cache and forgets what an earlier agent saw. */
export function useEnter(): (me: Me) => void {
  const queries = useQueryClient()
  return me => enter(queries, me)
}

/**
 * Changes who is signed in (null is nobody). Everything else cached is forgotten; the session's own entry
 * stays, as the page watches it. Hearing twice that nobody is signed in changes nothing: what the sign-in page asked for
 * since must not be forgotten under it.
 */
export function enter(queries: QueryClient, me: Me | null): void {
  if (me === null && queries.getQueryData(ME_KEY) === null) return
  queries.setQueryData(ME_KEY, me)
  forgetAllButMe(queries)
}

/** Forgets what an earlier agent saw; who is signed in stays. */
export function forgetAllButMe(queries: QueryClient): void {
  queries.removeQueries({ predicate: query => query.queryKey[0] !== ME_KEY[0] })
}
