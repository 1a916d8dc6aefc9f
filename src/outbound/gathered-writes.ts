import type { Db } from '../db/database.ts'
import { gather } from '../lib/gather.ts'
import { enterHandingOver, type HandOver } from './claim-mails.queries.ts'
import type { AcceptedMail } from './settle-accepted.queries.ts'
import { settleAccepted } from './settle-accepted.ts'

/** The two writes that every mail needs, of all deliveries of this node together: one commit for those that ask at once. */
export type GatheredWrites = {
  /** Commits the hand-over of a claim. @returns false when the claim is no longer ours */
  enter: (claim: HandOver) => Promise<boolean>
  /** @returns false when it was not written, see `settleAccepted` */
  accept: (mail: AcceptedMail) => Promise<boolean>
}

const mostTogether = 16

/** @param answerMs life of a claim from its hand-over on */
export function gatherWrites(db: Db, answerMs: number): GatheredWrites {
  return {
    enter: gather(async claims => {
      const entered = await enterHandingOver(db, claims, answerMs)
      return claims.map(claim => entered.has(claim.messageId))
    }, mostTogether),
    accept: gather(mails => settleAccepted(db, mails), mostTogether),
  }
}
