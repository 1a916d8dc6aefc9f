import { type Ref, type RefObject, useEffect, useImperativeHandle, useRef } from 'react'

/**
 * Stands in a popover or menu for the button that opened it, which is drawn outside: what draws them costs a page of a dozen
 * closed ones more than their buttons, so they are there only while open.
 */
export function Opener(props: { of: RefObject<HTMLElement | null>; ref?: Ref<HTMLElement> }) {
  const { of } = props
  useImperativeHandle(props.ref, () => of.current as HTMLElement, [of])
  return null
}

/** Gives the focus back to what had it, when the part that uses this goes with the focus in it or nowhere. */
export function useFocusBack(isWanted: boolean): void {
  const before = useRef<Element | null | undefined>(undefined)
  if (before.current === undefined) before.current = document.activeElement
  const latest = useRef(isWanted)
  latest.current = isWanted
  useEffect(
    () => () => {
      const { activeElement, body } = document
      const isLost = activeElement === null || activeElement === body
      if (latest.current && isLost && before.current instanceof HTMLElement)
        before.current.focus({ preventScroll: true })
    },
    [],
  )
}
