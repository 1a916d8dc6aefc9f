/** What ends the parts of a stage, the last one first. */
export type KeptParts = {
  /** Keeps a part in mind that was started. @returns it */
  keep: <Part>(part: Part, end: (part: Part) => Promise<unknown>) => Part
  stop: () => Promise<void>
}

/** Begins with none; ended twice, it ends each once. */
export function keepParts(): KeptParts {
  const ends: (() => Promise<unknown>)[] = []
  return {
    keep: (part, end) => {
      ends.push(() => end(part))
      return part
    },
    stop: async () => {
      for (const end of ends.splice(0).reverse()) await end()
    },
  }
}
