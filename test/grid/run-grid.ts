import { isAlive } from '../support/is-alive.ts'
import { keepParts } from '../support/kept-parts.ts'
import { waitUntil } from '../support/wait-until.ts'
import { type Cell, nameOf } from './cells.ts'
import { judge, judgeStories } from './judge.ts'
import { liveThrough, newStory, type Story } from './live-through.ts'
import { type Node, type Stage, setStage } from './stage.ts'
import { strike } from './strike.ts'

/** How a cell ended; it is green when `faults` is empty. */
export type CellOutcome = {
  name: string
  faults: string[]
  sentAgain: number
  hurried: number
  tookMs: number
}

/** `canFill`: whether a real file system was filled; else only the database was out of space. */
export type GridReport = { outcomes: CellOutcome[]; late: string[]; canFill: boolean; tookMs: number }

const lastLines = 12

export type GridOptions = {
  /** Told of each cell as it ends. */
  onOutcome?: (outcome: CellOutcome) => void
  /** Given what ends everything that was started for the cells to come: the run then breaks off. */
  onStart?: (stop: () => Promise<void>) => void
}

type Act = { stage: Stage; stories: Story[] }

/**
 * Goes through the cells one after the other on one stage: a mail in, a reply out, and at the cell's point its fault. When
 * all are through, everything is judged once more: what a process did that woke up late shows then. After a red cell nobody
 * knows what is still under way: the next ones get a stage of their own.
 */
export async function runGrid(
  cells: readonly Cell[],
  { onOutcome = () => undefined, onStart = () => undefined }: GridOptions = {},
): Promise<GridReport> {
  const beganMs = performance.now()
  const outcomes: CellOutcome[] = []
  const late: string[] = []
  let canFill = true
  let rest = cells
  while (rest.length > 0) {
    const parts = keepParts()
    onStart(parts.stop)
    const stage = await setStage(parts)
    canFill &&= stage.disk.canFill
    try {
      const act: Act = { stage, stories: [] }
      for (const cell of rest) {
        const outcome = await runCell(act, newStory(cell, outcomes.length + 1))
        outcomes.push(outcome)
        onOutcome(outcome)
        if (outcome.faults.length > 0) break
      }
      late.push(...(await judgeLate(act, outcomes.at(-1)?.faults.length === 0 ? judge : judgeStories)))
      rest = cells.slice(outcomes.length)
    } finally {
      await stage.stop()
    }
  }
  return { outcomes, late, canFill, tookMs: performance.now() - beganMs }
}

/** Of the green ones, also where a red one left the stage in a bad state: that it cannot be asked is said. */
async function judgeLate({ stage, stories }: Act, judging: typeof judge): Promise<string[]> {
  try {
    return await judging(stage, stories)
  } catch (error) {
    return [`${stories.map(story => story.tag).join(', ')} could not be judged once more: ${String(error)}`]
  }
}

async function runCell({ stage, stories }: Act, story: Story): Promise<CellOutcome> {
  const beganMs = performance.now()
  const faults: string[] = []
  try {
    await breakIt(stage, story)
    await Promise.all(stage.nodes.map(untilReady))
    faults.push(...(await judge(stage, [story])))
    if (faults.length === 0) stories.push(story)
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error), ...stage.nodes.map(lastWords))
    await clearUp(stage)
  }
  const { cell, sentAgain, hurried } = story
  return { name: nameOf(cell), faults, sentAgain, hurried, tookMs: performance.now() - beganMs }
}

async function breakIt(stage: Stage, story: Story): Promise<void> {
  const { cell } = story
  const life = Promise.withResolvers<void>()
  const state: BlowState = { phase: 'waiting', isDone: life.promise }
  const struck = await (cell.way === 'sender died' ? blowTwice(stage, cell, state) : blow(stage, cell, state))
  const living = liveThrough({
    stage,
    story,
    isCalm: () => state.phase !== 'broken',
    isOver: () => state.phase === 'over',
  })
  living.then(life.resolve, life.resolve)
  for (const end of await Promise.allSettled([living, struck.ended()]))
    if (end.status === 'rejected') throw end.reason
}

type Blow = Pick<Cell, 'point' | 'fault'>
type BlowState = { phase: 'waiting' | 'broken' | 'over'; isDone: Promise<void> }

/** Armed when this resolves; `ended` strikes, and resolves when all is up again. */
async function blow(stage: Stage, what: Blow, state: BlowState): Promise<{ ended: () => Promise<void> }> {
  const armed = await stage.armory.arm(what.point, what.fault)
  const onHit = async () => {
    state.phase = 'broken'
  }
  const ended = async () => {
    await strike(stage, what, { armed, onHit, isDone: state.isDone })
    state.phase = 'over'
  }
  return { ended }
}

/** A sender dies with the mail in its hands, and the fault meets who takes it over. */
async function blowTwice(
  stage: Stage,
  cell: Cell,
  state: BlowState,
): Promise<{ ended: () => Promise<void> }> {
  const death = { point: 'reply-claimed', fault: 'killed' } as const
  const armed = await stage.armory.arm(death.point, death.fault)
  const second = await blow(stage, cell, state)
  const onHit = async () => {
    state.phase = 'broken'
  }
  const ended = async () => {
    await strike(stage, death, { armed, onHit, isDone: state.isDone })
    await second.ended()
  }
  return { ended }
}

/** What a node said last, and whether it is still there. */
function lastWords({ desk }: Node): string {
  const state = isAlive(desk.pid()) ? 'lives' : 'is gone'
  return `${desk.baseUrl} ${state}, and said last:\n${desk.output().split('\n').slice(-lastLines).join('\n')}`
}

async function untilReady({ desk }: Node): Promise<void> {
  await waitUntil(
    `${desk.baseUrl} is ready`,
    async () => ((await fetch(`${desk.baseUrl}/readyz`)).ok ? true : undefined),
    { withinMs: 30_000 },
  )
}

/** After a red cell: no order is left, and nobody stands still, so that all can be ended in order. */
async function clearUp({ armory, badDays, nodes }: Stage): Promise<void> {
  await armory.disarm()
  for (const { desk } of nodes) if (isAlive(desk.pid())) process.kill(desk.pid(), 'SIGCONT')
  await badDays
    .relent()
    .catch((error: Error) => console.error(`the database does not answer: ${error.message}`))
}
