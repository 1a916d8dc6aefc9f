/**
 * Makes one run of many calls: while a run is under way, what is asked meanwhile is gathered, and the next run does all of it.
 * Alone, a call runs at once. Where a run fails, each call of it fails.
 *
 * @param run gives one result for each item, in their order; never two at a time
 * @param most items of one run
 */
export function gather<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  most: number,
): (item: Item) => Promise<Result> {
  type Call = { item: Item; answer: PromiseWithResolvers<Result> }
  const waiting: Call[] = []
  let isRunning = false
  const runAll = async () => {
    isRunning = true
    while (waiting.length > 0) await runOne(waiting.splice(0, most), run)
    isRunning = false
  }
  return item => {
    const answer = Promise.withResolvers<Result>()
    waiting.push({ item, answer })
    if (!isRunning) void runAll()
    return answer.promise
  }
}

async function runOne<Item, Result>(
  calls: readonly { item: Item; answer: PromiseWithResolvers<Result> }[],
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<void> {
  try {
    const results = await run(calls.map(call => call.item))
    if (results.length !== calls.length) throw new RangeError('a run must answer each of its calls')
    results.forEach((result, at) => {
      calls[at]?.answer.resolve(result)
    })
  } catch (error) {
    for (const { answer } of calls) answer.reject(error)
  }
}
