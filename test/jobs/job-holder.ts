import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A node of its own process that takes the next job and never ends it. */
export type JobHolder = { holdsJob: Promise<void>; kill: () => void }

/** Starts it with a live `instance` row; `kill` is SIGKILL, so that nothing is given back. */
export async function startJobHolder(options: { url: string; instanceId: number }): Promise<JobHolder> {
  const file = fileURLToPath(new URL('./job-holder-main.ts', import.meta.url))
  const child = fork(file, [options.url, String(options.instanceId)], { execArgv: [] })
  const said = (word: string) =>
    new Promise<void>((resolve, reject) => {
      child.on('message', message => {
        if (message === word) resolve()
      })
      child.once('exit', code => reject(new Error(`job holder ended with ${code} before ${word}`)))
    })
  const holdsJob = said('holding')
  holdsJob.catch(() => undefined)
  await said('ready')
  return { holdsJob, kill: () => void child.kill('SIGKILL') }
}
