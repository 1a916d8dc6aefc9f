import { AppError, describeError } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { CheckStepName } from '../shared/mailbox-words.ts'
import type { MailServer } from './mail-server.ts'
import type { PeekedFolder } from './peek-folders.ts'
import type { ServerCertificate } from './server-certificate.ts'

/** What a step learned; each only where it was. */
export type CheckFacts = {
  /** The server it was about. */
  server?: MailServer
  /** The server is another door of the same host than the one that was asked for. */
  switched?: boolean
  tlsVersion?: string
  certificate?: ServerCertificate
  /** A host that was probably meant. */
  didYouMean?: string
  /** How many mails INBOX has, and where it is empty the folder that has most. */
  mails?: number
  fullest?: { path: string; mails: number }
  /** The folders that may be watched with what they hold, INBOX and Sent first, and the newest subjects of INBOX. */
  folders?: PeekedFolder[]
  newest?: string[]
  /** What became of our test mail on its way. */
  arrivedIn?: 'inbox' | 'junk'
  keepsMessageId?: boolean
  keepsDate?: boolean
  filesSent?: boolean
}

/**
 * One line of the check list. `code` names the cause when it failed, or what is odd about it when it did not;
 * `detail` has the server's words where it said any.
 */
export type CheckStep = {
  step: CheckStepName
  ok: boolean
  code: string | null
  detail: string | null
  tookMs: number
  facts: CheckFacts | null
}

/** Hears of each line as it begins and as it is done; `signal` ends the check. */
export type CheckWatch = {
  onBegin?: (step: CheckStepName) => void
  onStep?: (step: CheckStep) => void
  signal?: AbortSignal
}

/** The lines so far. */
export type CheckList = {
  steps: CheckStep[]
  begin: (step: CheckStepName) => void
  add: (step: CheckStep) => void
  /** Runs one line; a fault becomes its code, and undefined is returned. `facts` tells what was learned. */
  run: <Result>(
    name: CheckStepName,
    work: () => Promise<Result>,
    facts?: (result: Result) => CheckFacts & { code?: string },
  ) => Promise<Result | undefined>
}

/** Starts an empty list. @param rename gives the code of a fault a nearer name, where more is known */
export function startCheckList(
  clock: Clock,
  watch: CheckWatch,
  rename: (step: CheckStepName, code: string) => string,
): CheckList {
  const steps: CheckStep[] = []
  const begin = (step: CheckStepName) => {
    watch.signal?.throwIfAborted()
    watch.onBegin?.(step)
  }
  const add = (step: CheckStep) => {
    steps.push(step)
    watch.onStep?.(step)
  }
  const run: CheckList['run'] = async (name, work, facts) => {
    begin(name)
    const beganMs = clock.monotonicMs()
    const tookMs = () => Math.round(clock.monotonicMs() - beganMs)
    try {
      const result = await work()
      const { code = null, ...learned } = facts?.(result) ?? {}
      const hasFacts = Object.keys(learned).length > 0
      add({ step: name, ok: true, code, detail: null, tookMs: tookMs(), facts: hasFacts ? learned : null })
      return result
    } catch (fault) {
      const code = rename(name, fault instanceof AppError ? fault.code : 'internal-error')
      add({ step: name, ok: false, code, detail: wordsOf(fault), tookMs: tookMs(), facts: factsOf(fault) })
      return undefined
    }
  }
  return { steps, begin, add, run }
}

/** What a server said, else what we would write into the log. */
export function wordsOf(fault: unknown): string {
  const said = fault instanceof AppError ? (fault.details.serverText ?? fault.details.text) : undefined
  return typeof said === 'string' && said !== '' ? said : describeError(fault).slice(0, 500)
}

function factsOf(fault: unknown): CheckFacts | null {
  const facts = fault instanceof AppError ? fault.details.facts : undefined
  return (facts as CheckFacts | undefined) ?? null
}
