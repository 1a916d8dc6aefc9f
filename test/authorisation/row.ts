import type { Route } from '../../src/shared/define-route.ts'
import type { CallWith } from '../support/api.ts'
import type { PrincipalName } from './principals.ts'
import { CANARY, type World } from './world.ts'

/**
 * What decides over a call that the role allows. `role`: nothing else. `mailbox`: who may not use the closed mailbox is told
 * that there is nothing (404). `author`: the same for all but the insider, whose own it is. `contents` and `own-contents`:
 * everybody is answered, and only they are shown what is in it.
 */
export type Reach = 'role' | 'mailbox' | 'author' | 'contents' | 'own-contents'

/** One line of the matrix: a call, made of what was prepared for it. */
export type Row = {
  route: Route
  /** Which of several calls of one route. */
  of?: string
  reach: Reach
  prepare: (world: World) => Promise<CallWith<Route>>
  /** What those are answered who may: 2xx unless it says otherwise. */
  answers?: number
  /** Whose answer is another than the rest says. */
  but?: Partial<Record<PrincipalName, number>>
  /** Whether an answer shows what is in the closed mailbox. */
  shows: (text: string) => boolean
  /** It ends the session it is made in. */
  spendsSession: boolean
}

type Further = Partial<Pick<Row, 'of' | 'answers' | 'but' | 'shows' | 'spendsSession'>>

/** A line, with the call typed by its route. */
export function row<R extends Route>(
  route: R,
  reach: Reach,
  prepare: (world: World) => Promise<CallWith<R>> | CallWith<R>,
  further: Further = {},
): Row {
  return {
    route,
    reach,
    prepare: async world => (await prepare(world)) as CallWith<Route>,
    shows: text => text.toLowerCase().includes(CANARY.toLowerCase()),
    spendsSession: false,
    ...further,
  }
}
