import { type QueryClient, type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { type ReactNode, useEffect, useMemo } from 'react'
import { listAgents } from '../shared/agents.ts'
import { listMailboxes } from '../shared/mailboxes.ts'
import { listTeams } from '../shared/teams.ts'
import { useApi } from './api.tsx'
import type { Call } from './call.ts'
import { AgentsContext, type KnownList, MailboxesContext, TeamsContext } from './session.ts'

/**
 * Gives all below it the agents, teams and mailboxes. One watches each for all of them: a ticket that is opened looks into these
 * lists dozens of times, and each watcher of its own costs as much as a part of the page.
 */
export function KnownLists(props: { children: ReactNode }) {
  const { call } = useApi()
  const agents = useList(useQuery(agentsQuery(call)))
  const teams = useList(useQuery(teamsQuery(call)))
  const mailboxes = useList(useQuery(mailboxesQuery(call)))
  useAskAgain()
  return (
    <AgentsContext value={agents}>
      <TeamsContext value={teams}>
        <MailboxesContext value={mailboxes}>{props.children}</MailboxesContext>
      </TeamsContext>
    </AgentsContext>
  )
}

function agentsQuery(call: Call) {
  return {
    queryKey: ['agents'],
    queryFn: async () => (await call(listAgents)).data,
    staleTime: 60_000,
  }
}

function teamsQuery(call: Call) {
  return {
    queryKey: ['teams'],
    queryFn: async () => (await call(listTeams)).data,
    staleTime: 60_000,
  }
}

function mailboxesQuery(call: Call) {
  return {
    queryKey: ['mailboxes'],
    queryFn: async () => (await call(listMailboxes)).data,
    staleTime: 30_000,
  }
}

// Who looks into a list is drawn anew when something of it has changed, not while it is asked for again.
function useList<Row>(list: UseQueryResult<Row[]>): KnownList<Row> {
  const { data, isPending, isError, error, refetch } = list
  return useMemo(
    () => ({ data, isPending, isError, error, refetch }) as KnownList<Row>,
    [data, isPending, isError, error, refetch],
  )
}

// What has grown old is asked for again when another page or ticket is opened.
function useAskAgain(): void {
  const { call } = useApi()
  const queries = useQueryClient()
  const path = useRouterState({ select: state => state.location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: at each page
  useEffect(() => askForKnownLists(queries, call), [path])
}

/** Asks for them where they are not known, or what is known has grown old. */
export function askForKnownLists(queries: QueryClient, call: Call): void {
  void queries.prefetchQuery(agentsQuery(call))
  void queries.prefetchQuery(teamsQuery(call))
  void queries.prefetchQuery(mailboxesQuery(call))
}
