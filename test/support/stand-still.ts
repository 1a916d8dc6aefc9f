/** Stops processes for a while, as a machine does that is moved or out of breath, and lets them go on. */
export async function standStill(pids: readonly number[], forMs: number): Promise<void> {
  for (const pid of pids) signal(pid, 'SIGSTOP')
  try {
    // time passes: that is the fault
    await new Promise(resolve => setTimeout(resolve, forMs))
  } finally {
    for (const pid of pids.toReversed()) signal(pid, 'SIGCONT')
  }
}

/** A backend of Postgres may have ended since it was seen. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
