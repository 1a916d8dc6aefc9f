import { CallFailed } from '../call.ts'
import { type Draft, isSameContent } from './draft-store.ts'

// A draft is kept in this browser at once, on the server when the agent pauses.
const SAVE_AFTER_MS = 1_000
const RETRY_AFTER_MS = 10_000

type Parts = {
  /** Keeps these words as what continues their revision. */
  save: (words: Draft) => Promise<{ revision: number }>
  drop: () => Promise<unknown>
  /** The newest words. */
  read: () => Draft
  onSaved: (draft: Draft) => void
  /** Whether the words still lie in this browser: those of a merged ticket have gone on with it. */
  isKept: () => boolean
  /** Another device saved other words. */
  onConflict: () => Promise<unknown>
}

/** Keeps one draft on the server: the newest words once the agent pauses, one request at a time. */
export class DraftSaver {
  private readonly parts: Parts
  private timer: number | undefined
  private running: Promise<void> = Promise.resolve()
  private isSending = false
  private isEnded = false
  private underWay = 0
  private ended = 0
  private calm: Promise<unknown> = Promise.resolve()

  constructor(parts: Parts) {
    this.parts = parts
  }

  /** Saves from now on. */
  begin(): void {
    this.isEnded = false
  }

  /** Saves after the agent's next pause. */
  soon(): void {
    this.after(SAVE_AFTER_MS)
  }

  /** Throws the server's copy away. */
  drop(): void {
    this.stop()
    this.running = this.running.then(() => this.dropNow())
  }

  /**
   * Sends the words while no save is on its way and none begins: one that came after them would bring back on the server
   * what was sent. What is not taken, or was written meanwhile, is saved afterwards.
   */
  async whileSending<Result>(send: () => Promise<Result>): Promise<Result> {
    this.isSending = true
    this.stop()
    await this.running
    try {
      return await this.reaching(send)
    } finally {
      this.isSending = false
      if (this.parts.read().isUnsaved) this.soon()
    }
  }

  /**
   * What stays the same while nothing of ours reaches the server, undefined while something is on its way: what was read
   * of the server at another moment may be older than our words, or half of them.
   */
  moment(): number | undefined {
    return this.underWay > 0 ? undefined : this.ended
  }

  /** Resolves once nothing of ours is on its way. */
  async settled(): Promise<void> {
    await this.calm
  }

  /** Begins no save any more: the composer is gone, and what it held lies in this browser. */
  end(): void {
    this.isEnded = true
    this.stop()
  }

  private async reaching<Result>(call: () => Promise<Result>): Promise<Result> {
    this.underWay++
    const answer = call().finally(() => {
      this.underWay--
      this.ended++
    })
    this.calm = Promise.allSettled([this.calm, answer])
    return await answer
  }

  private stop(): void {
    window.clearTimeout(this.timer)
  }

  private after(delayMs: number): void {
    this.stop()
    if (this.isSending || this.isEnded) return
    this.timer = window.setTimeout(() => {
      this.running = this.running.then(() => this.saveNow())
    }, delayMs)
  }

  private async saveNow(): Promise<void> {
    const { read, save, onSaved, onConflict } = this.parts
    const words = read()
    if (!words.isUnsaved) return
    try {
      const { revision } = await this.reaching(() => save(words))
      if (this.isEnded && !this.parts.isKept()) return
      onSaved({ ...read(), revision, isUnsaved: !isSameContent(read(), words) })
    } catch (error) {
      // Kept in this browser all the same: other words are looked at, an outage is waited for.
      if (error instanceof CallFailed && error.code === 'draft-changed') await onConflict()
      else this.after(RETRY_AFTER_MS)
    }
  }

  private async dropNow(): Promise<void> {
    try {
      await this.reaching(this.parts.drop)
    } catch (error) {
      console.warn('the draft stays on the server', error)
    }
  }
}
