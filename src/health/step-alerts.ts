import { type AlertTrouble, EXPIRY_STAGES } from '../shared/health-words.ts'

/** One thing that is wrong now. `key` tells it from all others. */
export type Finding = {
  key: string
  trouble: AlertTrouble
  mailboxId: number | null
  name: string
  code: string | null
  detail: string | null
  began: Date
  /** Of something that ends on a known day. */
  endsAt: Date | null
}

/** An alert that is not over. `before`: how many of its key were closed within six hours. */
export type OpenAlert = {
  id: number
  key: string
  stage: number | null
  goneAt: Date | null
  before: number
}

/** What is to be done so that the alerts fit what was found. */
export type AlertSteps = {
  open: (Finding & { stage: number | null })[]
  /** Still there, with the words of now. */
  keep: { id: number; finding: Finding }[]
  /** An end came nearer: told again. */
  restage: { id: number; stage: number }[]
  fade: number[]
  close: number[]
}

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs
const calmMs = 10 * minuteMs
const mostCalmMs = 60 * minuteMs

/**
 * Compares what is wrong with what admins were told of. An alert is over when its cause was away for ten minutes, and
 * for longer each time it had come back within hours: a mailbox that flaps is one alert, not one an hour.
 */
export function stepAlerts(
  alerts: readonly OpenAlert[],
  findings: readonly Finding[],
  now: Date,
): AlertSteps {
  const steps: AlertSteps = { open: [], keep: [], restage: [], fade: [], close: [] }
  const known = new Map(alerts.map(alert => [alert.key, alert]))
  for (const finding of findings) {
    const stage = stageOf(finding, now)
    const alert = known.get(finding.key)
    known.delete(finding.key)
    if (alert === undefined) steps.open.push({ ...finding, stage })
    else steps.keep.push({ id: alert.id, finding })
    if (alert?.stage != null && stage !== null && stage < alert.stage)
      steps.restage.push({ id: alert.id, stage })
  }
  for (const { id, goneAt, before } of known.values()) {
    if (goneAt === null) steps.fade.push(id)
    else if (now.getTime() - goneAt.getTime() >= calmAfter(before)) steps.close.push(id)
  }
  return steps
}

function calmAfter(before: number): number {
  return Math.min(mostCalmMs, calmMs * 2 ** Math.min(before, 10))
}

/** How many days ahead an end is to be told now: the smallest stage it is within. */
function stageOf({ endsAt }: Finding, now: Date): number | null {
  if (endsAt === null) return null
  const days = (endsAt.getTime() - now.getTime()) / dayMs
  return EXPIRY_STAGES.find(stage => days <= stage) ?? null
}

/** Whether an end is near enough to be told. */
export function isNear(endsAt: Date, now: Date): boolean {
  return endsAt.getTime() - now.getTime() <= Math.max(...EXPIRY_STAGES) * dayMs
}
