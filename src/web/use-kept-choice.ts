import { useCallback, useState } from 'react'
import { keep, readKept } from './kept.ts'
import { useMe } from './session.ts'

/** One of some words that this agent chose in this browser, the first of them until they do. */
export function useKeptChoice<Word extends string>(
  name: string,
  words: readonly [Word, ...Word[]],
): [Word, (word: Word) => void] {
  const key = `letterdesk.${name}.${useMe().id}`
  const [word, setWord] = useState<Word>(() => {
    const kept = readKept(key)
    return words.find(one => one === kept) ?? words[0]
  })
  const choose = useCallback(
    (wanted: Word) => {
      keep(key, wanted)
      setWord(wanted)
    },
    [key],
  )
  return [word, choose]
}
