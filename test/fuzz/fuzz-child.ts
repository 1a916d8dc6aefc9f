import { readFileSync } from 'node:fs'
import { listCorpus } from '../support/corpus.ts'
import { seededRandom } from '../support/mails.ts'
import { findFaults } from './check-mail.ts'
import { mutateMail } from './mutate-mail.ts'

/** What the parent asks: the mutations of these numbers. */
export type FuzzRequest = { from: number; to: number }

/** What became of one mutation. */
export type FuzzAnswer = { index: number; cpuMs: number; faults: string[] }

// Of the big mails only every fiftieth is taken: they would cost most of the time.
const USUAL_BYTES = 100_000

/** The mutation of a number: the same seed and number give the same bytes. */
export async function mutationOf(seed: number, index: number): Promise<Buffer> {
  const random = seededRandom(seed * 1_000_003 + index)
  const mails =
    index % 50 === 0 ? await everyMail() : (await everyMail()).filter(mail => mail.length < USUAL_BYTES)
  const one = () => mails[Math.floor(random() * mails.length)] ?? Buffer.alloc(0)
  return mutateMail(one(), one(), random)
}

let loaded: Buffer[] | undefined

async function everyMail(): Promise<Buffer[]> {
  loaded ??= (await listCorpus()).map(mail => readFileSync(mail.file))
  return loaded
}

async function answer(seed: number, index: number): Promise<FuzzAnswer> {
  const raw = await mutationOf(seed, index)
  const before = process.cpuUsage()
  let faults: string[]
  try {
    faults = await findFaults(raw)
  } catch (error) {
    faults = [
      `threw ${error instanceof Error ? error.stack?.split('\n').slice(0, 3).join(' ') : String(error)}`,
    ]
  }
  const { user, system } = process.cpuUsage(before)
  return { index, cpuMs: (user + system) / 1_000, faults }
}

// Started by fork only, with the seed as its argument.
if (process.send) {
  const seed = Number(process.argv[2])
  process.on('disconnect', () => process.exit(0))
  process.on('message', ({ from, to }: FuzzRequest) => {
    void (async () => {
      for (let index = from; index < to; index++) process.send?.(await answer(seed, index))
    })()
  })
}
