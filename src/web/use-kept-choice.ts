import { useCallback, useState } from 'react'
import { keep, readKept } from './kept.ts'
import { useMe } from './session.ts'

/** One of some words that this agent chose in this browser, the first of them until they do. */
export function useKeptChoice<Word extends string>(
  name: string,
  words: readonly [Word, ...Word[]],
): [Word, (word: Word) => void] {
  const agentId = useMe().id
  const [word, setWord] = useState<Word>(() => readChoice(name, words, agentId))
  const choose = useCallback(
    (wanted: Word) => {
      keep(keyOf(name, agentId), wanted)
      setWord(wanted)
    },
    [name, agentId],
  )
  return [word, choose]
}

/** What this agent chose, read once. */
export function readChoice<Word extends string>(
  name: string,
  words: readonly [Word, ...Word[]],
  agentId: number,
): Word {
  const kept = readKept(keyOf(name, agentId))
  return words.find(one => one === kept) ?? words[0]
}

function keyOf(name: string, agentId: number): string {
  return `letterdesk.${name}.${agentId}`
}
