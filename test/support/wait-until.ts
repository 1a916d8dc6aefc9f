/**
 * Waits until `look` gives something other than undefined or false; what it throws counts as not yet.
 *
 * @throws Error naming `what`, with the last fault, after `withinMs` (10 s)
 */
export async function waitUntil<Found>(
  what: string,
  look: () => Promise<Found | false | undefined> | Found | false | undefined,
  { withinMs = 10_000, everyMs = 50 } = {},
): Promise<Found> {
  const deadlineMs = performance.now() + withinMs
  let fault: unknown
  for (;;) {
    try {
      const found = await look()
      if (found !== undefined && found !== false) return found
    } catch (error) {
      fault = error
    }
    if (performance.now() > deadlineMs) {
      throw new Error(`did not happen within ${withinMs} ms: ${what}`, { cause: fault })
    }
    await new Promise(resolve => setTimeout(resolve, everyMs))
  }
}
