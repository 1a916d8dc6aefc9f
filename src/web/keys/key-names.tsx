import { Fragment } from 'react'
import { type CommandId, keyWords } from './command-list.ts'
import { isMac } from './is-mac.ts'
import { useBindings } from './use-bindings.ts'

/** The keys of one command as `kbd` elements: the first of what the agent has for it, nothing where there is none. */
export function KeyNames(props: { id: CommandId; className?: string | undefined }) {
  const [first] = useBindings()[props.id]
  return first === undefined ? null : <Keys keys={first} className={props.className} />
}

/** Many bindings of one command, such as `g 1` to `g 9`: told by the first and the last. */
export function KeyRange({ all }: { all: readonly string[] }) {
  const [first] = all
  const last = all.at(-1)
  if (first === undefined || last === undefined) return null
  return (
    <span>
      <Keys keys={first} />
      {all.length > 1 && (
        <>
          {' '}
          … <Keys keys={last} />
        </>
      )}
    </span>
  )
}

/** One binding as `kbd` elements. */
export function Keys(props: { keys: string; className?: string | undefined }) {
  return (
    <span className={props.className}>
      {keyWords(props.keys, isMac()).map((word, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two presses may be of the same key
        <Fragment key={place}>
          {place > 0 && ' '}
          <kbd>{word}</kbd>
        </Fragment>
      ))}
    </span>
  )
}
