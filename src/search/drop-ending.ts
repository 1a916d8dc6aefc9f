/** A word without the first of `endings` that it has, where at least `minStem` letters stay; else the word as it is. */
export function dropEnding(word: string, endings: readonly string[], minStem: number): string {
  const found = endings.find(ending => word.endsWith(ending) && word.length - ending.length >= minStem)
  return found === undefined ? word : word.slice(0, -found.length)
}
