import { useLayoutEffect, useRef } from 'react'
import type { ListKeys } from './use-list-keys.ts'

/** The field above a list that it narrows and walks; takes the focus at once, before the next key is pressed. */
export function ListField(props: {
  className: string | undefined
  name: string
  placeholder?: string | undefined
  typed: string
  onType: (typed: string) => void
  keys: ListKeys
  hasOptions: boolean
}) {
  const field = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => {
    const { current } = field
    current?.focus({ preventScroll: true })
    current?.setSelectionRange(current.value.length, current.value.length)
  }, [])
  const { keys, name } = props
  return (
    <input
      className={props.className}
      role="combobox"
      aria-expanded
      aria-controls={keys.listId}
      aria-activedescendant={props.hasOptions ? keys.optionId(keys.at) : undefined}
      aria-label={name}
      placeholder={props.placeholder ?? name}
      autoComplete="off"
      spellCheck={false}
      data-autofocus
      ref={field}
      value={props.typed}
      onChange={event => {
        props.onType(event.target.value)
        keys.setAt(0)
      }}
      onKeyDown={keys.onKeyDown}
    />
  )
}
