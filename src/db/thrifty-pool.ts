import pg from 'pg'

/**
 * A pool that opens another connection only where none comes free within `patienceMs`. Looks for work that meet in one
 * moment take a millisecond each; a connection for each of them has to be opened (a process, a key exchange), plans its
 * statements anew, and holds 5 MB of the database's memory for as long as they meet.
 */
export class ThriftyPool extends pg.Pool {
  readonly #patienceMs: number
  readonly #waiting = new Set<() => void>()

  constructor({ patienceMs, ...options }: pg.PoolConfig & { patienceMs: number }) {
    super(options)
    this.#patienceMs = patienceMs
    this.on('release', () => this.#waiting.values().next().value?.())
  }

  // biome-ignore lint/suspicious/noExplicitAny: the overloads of the driver's method
  override connect(done?: any): any {
    const lent = this.#lend()
    if (typeof done !== 'function') return lent
    lent.then(
      client => done(undefined, client, client.release),
      error => done(error, undefined, () => undefined),
    )
  }

  async #lend(): Promise<pg.PoolClient> {
    const untilMs = performance.now() + this.#patienceMs
    while (this.#mayWait() && performance.now() < untilMs) await this.#released(untilMs - performance.now())
    return await super.connect()
  }

  /** All connections are lent, and another one could be opened. */
  #mayWait(): boolean {
    return this.totalCount > 0 && this.idleCount <= this.waitingCount && this.totalCount < this.options.max
  }

  /** Resolves when a connection was given back, or after `atMostMs`. */
  async #released(atMostMs: number): Promise<void> {
    await new Promise<void>(resolve => {
      const end = () => {
        clearTimeout(timer)
        this.#waiting.delete(end)
        resolve()
      }
      const timer = setTimeout(end, atMostMs)
      this.#waiting.add(end)
    })
  }
}
