import { Fragment } from 'react'
import { COMMANDS, type CommandId, keyWords } from './command-list.ts'

const isMac = () => /Mac|iPhone|iPad/.test(navigator.platform)

/** The keys of one command as `kbd` elements; the first binding only. */
export function KeyNames(props: { id: CommandId }) {
  return <Keys keys={COMMANDS[props.id].keys[0]} />
}

/** One binding as `kbd` elements. */
export function Keys(props: { keys: string }) {
  return (
    <span>
      {keyWords(props.keys, isMac()).map((word, place) => (
        <Fragment key={word}>
          {place > 0 && ' '}
          <kbd>{word}</kbd>
        </Fragment>
      ))}
    </span>
  )
}
