/** A short message at the foot of the page, with an undo while there is time for it. */
export type Notice = {
  id: number
  tone: 'done' | 'failed'
  text: string
  /** Of a failure: code and request id, as the server's log has them. */
  reference?: string
  /** Until when it is shown, in epoch milliseconds. */
  untilMs: number
  undo?: () => Promise<void>
  /** What can be done about it, in words for a button. */
  act?: { words: string; run: () => void }
  /** Whether the seconds left are counted down on the undo button. */
  isCounted?: boolean
}
