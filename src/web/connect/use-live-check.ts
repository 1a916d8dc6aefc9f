import { useEffect, useRef, useState } from 'react'
import type { BodyOf } from '../../shared/define-route.ts'
import {
  type CheckResult,
  type CheckStep,
  watchConnectedCheck,
  watchMailboxCheck,
} from '../../shared/mailbox-checks.ts'
import { useApi } from '../api.tsx'
import { apiUrl, CallFailed, postForEvents } from '../call.ts'
import { useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'

/** A check as far as it came. `running` is the line it is at; `result` is there once it is over. */
export type LiveCheck = {
  steps: CheckStep[]
  running: CheckStep['step'] | undefined
  result: CheckResult | undefined
  error: unknown
}

type Account = Omit<BodyOf<typeof watchMailboxCheck>, 'testMail'>

const NONE: LiveCheck = { steps: [], running: undefined, result: undefined, error: undefined }

/** Runs a check with a test mail and tells its lines as they are done. Leaving the page ends it. */
export function useLiveCheck(): {
  check: LiveCheck
  start: (account: Account) => Promise<CheckResult | undefined>
  /** Checks a mailbox that is connected. */
  startConnected: (mailboxId: number) => Promise<CheckResult | undefined>
} {
  const { t } = useTranslation()
  const { appBase } = useApi()
  const { csrfToken } = useMe()
  const [check, setCheck] = useState<LiveCheck>(NONE)
  const left = useRef(new AbortController())
  useEffect(() => {
    const leaving = new AbortController()
    left.current = leaving
    return () => leaving.abort()
  }, [])
  const run = async (url: string, account: object): Promise<CheckResult | undefined> => {
    let live: LiveCheck = NONE
    const tell = (patch: Partial<LiveCheck>) => {
      live = { ...live, ...patch }
      if (!left.current.signal.aborted) setCheck(live)
    }
    tell({ running: 'find-servers' })
    const testMail = { subject: t('check.testSubject'), text: t('check.testText') }
    try {
      await postForEvents(
        url,
        { body: { ...account, testMail }, csrfToken, signal: left.current.signal },
        ({ event, data }) => {
          if (event === 'begin') tell({ running: (data as { step: CheckStep['step'] }).step })
          if (event === 'step') tell({ steps: [...live.steps, data as CheckStep], running: undefined })
          if (event === 'done') tell({ result: data as CheckResult, running: undefined })
        },
      )
      if (live.result === undefined) throw new CallFailed('check-broke-off', 0)
    } catch (error) {
      tell({ error, running: undefined })
    }
    return live.result
  }
  return {
    check,
    start: account => run(apiUrl(appBase, watchMailboxCheck.path), account),
    startConnected: id => run(apiUrl(appBase, watchConnectedCheck.path, { params: { id } }), {}),
  }
}
