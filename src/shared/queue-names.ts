import { Type } from 'typebox'
import { oneOf } from './schemas.ts'
import { QUEUES, type Queue, type QueueName, type TeamQueue, teamOfQueue, teamQueue } from './vocabulary.ts'

/** The name of a queue: a word, or `team-` and the id of a team. */
export const QueueWord = Type.Union([
  oneOf(QUEUES),
  Type.Unsafe<TeamQueue>({ type: 'string', pattern: '^team-[1-9][0-9]{0,14}$' }),
])

/** The queue of that name, undefined where there is none. */
export function queueNamed(raw: string): QueueName | undefined {
  const teamId = teamOfQueue(raw as QueueName)
  return teamId === undefined ? QUEUES.find((word): word is Queue => word === raw) : teamQueue(teamId)
}
