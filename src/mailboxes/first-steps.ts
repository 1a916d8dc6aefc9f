import type { Db } from '../db/database.ts'
import { selectFirstFacts } from './first-steps.queries.ts'

/** What makes a new desk ready, and which of it is done: told by what is there, so that nothing has to be ticked. */
export async function findFirstSteps(db: Db, agentId: number) {
  const facts = await selectFirstFacts(db, agentId)
  return [
    { id: 'mailbox', isDone: facts.hasMailbox },
    { id: 'first-mail', isDone: facts.hasMail },
    { id: 'colleague', isDone: facts.hasColleague },
    { id: 'signature', isDone: facts.hasSignature },
    { id: 'saved-reply', isDone: facts.hasSavedReply },
  ] as const
}
