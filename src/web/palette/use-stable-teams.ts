import { useMemo } from 'react'
import type { Team } from '../../shared/teams.ts'
import { useTeams } from '../session.ts'

/** The teams there are; the same list until they change. */
export function useStableTeams(): readonly Team[] {
  const teams = useTeams().data
  return useMemo(() => (teams ?? []).filter(team => !team.isRemoved), [teams])
}
