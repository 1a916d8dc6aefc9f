import { Fragment } from 'react'
import { type CommandId, keyWords } from './command-list.ts'
import { isMac } from './is-mac.ts'
import { useBindings } from './use-bindings.ts'

/** The keys of one command as `kbd` elements: the first of what the agent has for it, nothing where there is none. */
export function KeyNames(props: { id: CommandId; className?: string | undefined }) {
  const [first] = useBindings()[props.id]
  return first === undefined ? null : <Keys keys={first} className={props.className} />
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
