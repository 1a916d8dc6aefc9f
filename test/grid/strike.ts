import type { Armed } from './armory.ts'
import type { Cell } from './cells.ts'
import type { Node, Stage } from './stage.ts'

const outageMs = 700
const fullMs = 1_500
const stoppedMs = 4_000
// A process stopped inside a transaction keeps its locks until the database ends it, after ten seconds.
const stoppedInTransactionMs = 12_000

/**
 * Waits until a process comes to the point, does to it what the cell says, and undoes that. When this resolves every node
 * is up and nothing is broken any more.
 *
 * @param isDone resolves when nothing is left to wait for, which ends a stop early
 */
export async function strike(
  stage: Stage,
  { point, fault }: Pick<Cell, 'point' | 'fault'>,
  { armed, onHit, isDone }: { armed: Armed; onHit: () => Promise<void>; isDone: Promise<unknown> },
): Promise<void> {
  const { pid } = await armed.hit()
  await onHit()
  const node = stage.nodes.find(one => one.desk.pid() === pid)
  if (node === undefined) throw new Error(`process ${pid} is none of the nodes`)
  if (fault === 'killed') await replace(stage, node)
  else if (fault === 'stopped') {
    await stage.badDays.age(node.instanceId)
    if (point.startsWith('copy-')) await stage.badDays.hurryCopies('all')
    await Promise.race([isDone, passTime(point.endsWith('ing') ? stoppedInTransactionMs : stoppedMs)])
    process.kill(pid, 'SIGCONT')
  } else if (fault === 'database lost') await loseDatabase(stage, armed)
  else await fillUp(stage, armed)
}

/** The others take its work over at once, as if it had been silent for long; a new process comes in its place. */
async function replace({ badDays }: Stage, node: Node): Promise<void> {
  await node.desk.kill('SIGKILL')
  await badDays.age(node.instanceId)
  await node.desk.start()
  node.instanceId = await badDays.newestInstance()
}

async function loseDatabase({ database }: Stage, armed: Armed): Promise<void> {
  await database.stopAtOnce()
  await armed.release()
  await passTime(outageMs)
  await database.startAgain()
}

async function fillUp({ badDays, disk }: Stage, armed: Armed): Promise<void> {
  await badDays.beFull(fullMs)
  if (disk.canFill) await disk.fill()
  await armed.release()
  await passTime(fullMs)
  await disk.empty()
}

async function passTime(ms: number): Promise<void> {
  // time passes: that is how long the fault lasts
  await new Promise(resolve => setTimeout(resolve, ms))
}
