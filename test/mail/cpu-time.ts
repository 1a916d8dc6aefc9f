/**
 * The CPU time this process used while `act` ran, in milliseconds. Unlike the wall clock it does not
 * grow when other programs share the machine.
 */
export async function cpuMsOf(act: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await act()
  const used = process.cpuUsage(before)
  return (used.user + used.system) / 1_000
}
