import { randomKey } from '../compose/name-try.ts'

/** What this tab calls itself to the server, so that two tabs of one agent come and go apart. */
export const TAB_NAME = randomKey()
