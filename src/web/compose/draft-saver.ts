import { CallFailed } from '../call.ts'
import { type Draft, toContent } from './draft-store.ts'

// ux.md A1.5: in this browser at once, on the server when the agent pauses.
const SAVE_AFTER_MS = 1_000
const RETRY_AFTER_MS = 10_000

type Parts = {
  /** Keeps these words as what continues their revision. */
  save: (words: Draft) => Promise<{ revision: number }>
  drop: () => Promise<unknown>
  /** The newest words. */
  read: () => Draft
  onSaved: (draft: Draft) => void
  /** Another device saved other words. */
  onConflict: () => Promise<unknown>
}

/** Keeps one draft on the server: the newest words once the agent pauses, one request at a time. */
export class DraftSaver {
  private readonly parts: Parts
  private timer: number | undefined
  private running: Promise<void> = Promise.resolve()

  constructor(parts: Parts) {
    this.parts = parts
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

  /** Done when no save is on its way and none will begin by itself. */
  async settle(): Promise<void> {
    this.stop()
    await this.running
  }

  /** Begins no save any more. */
  stop(): void {
    window.clearTimeout(this.timer)
  }

  private after(delayMs: number): void {
    this.stop()
    this.timer = window.setTimeout(() => {
      this.running = this.running.then(() => this.saveNow())
    }, delayMs)
  }

  private async saveNow(): Promise<void> {
    const { read, save, onSaved, onConflict } = this.parts
    const words = read()
    if (!words.isUnsaved) return
    try {
      const { revision } = await save(words)
      onSaved({ ...read(), revision, isUnsaved: !isSame(read(), words) })
    } catch (error) {
      // Kept in this browser all the same: other words are looked at, an outage is waited for.
      if (error instanceof CallFailed && error.code === 'draft-changed') await onConflict()
      else this.after(RETRY_AFTER_MS)
    }
  }

  private async dropNow(): Promise<void> {
    try {
      await this.parts.drop()
    } catch (error) {
      console.warn('the draft stays on the server', error)
    }
  }
}

function isSame(a: Draft, b: Draft): boolean {
  return JSON.stringify([toContent(a), a.head]) === JSON.stringify([toContent(b), b.head])
}
