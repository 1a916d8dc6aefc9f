import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Ticket } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { ticketQuery } from './ticket-queries.ts'

/** A ticket that is drawn. `of`: what it was drawn ahead from; `key`: the same until it is drawn as if it were opened anew. */
export type Stage = { number: number; of: Ticket | undefined; key: number }

const NO_STAGES: readonly Stage[] = []

/**
 * The tickets that are to be drawn: the one that is shown, and behind it the one that is drawn ahead. That one is begun again
 * when something of it changes: what a ticket keeps from its opening is of the moment it is shown.
 */
export function useStages(shown: number | undefined, ahead: number | undefined): readonly Stage[] {
  const { call } = useApi()
  const query = ticketQuery(call, ahead ?? 0)
  const known = useQuery({ ...query, enabled: ahead !== undefined, notifyOnChangeProps: ['data'] })
  const [stages, setStages] = useState(NO_STAGES)
  const wanted = stagesAfter(stages, { shown, ahead, ticket: known.data })
  if (wanted !== stages) setStages(wanted)
  return wanted
}

function stagesAfter(
  stages: readonly Stage[],
  wanted: { shown: number | undefined; ahead: number | undefined; ticket: Ticket | undefined },
): readonly Stage[] {
  const { shown, ahead, ticket } = wanted
  const front = shown === undefined ? undefined : stages.find(stage => stage.number === shown)
  const begun = (number: number, of: Ticket | undefined, nth: number) => ({
    number,
    of,
    key: Math.max(0, ...stages.map(stage => stage.key)) + nth,
  })
  const next: Stage[] = []
  if (shown !== undefined) next.push(front ?? begun(shown, undefined, 1))
  if (ahead !== undefined && ahead !== shown && ticket !== undefined) {
    const kept = stages.find(stage => stage.number === ahead && stage.of === ticket)
    next.push(kept ?? begun(ahead, ticket, 2))
  }
  const isSame = next.length === stages.length && next.every((stage, at) => stage === stages[at])
  return isSame ? stages : next
}
