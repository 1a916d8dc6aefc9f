import { Popover } from '@mantine/core'
import { cloneElement, type ReactElement, type ReactNode, type RefObject, useRef } from 'react'
import { Opener, useFocusBack } from './opener.tsx'

/** A button that can be handed its place on the page, or brings it along. */
export type OpeningButton = ReactElement<{ ref?: RefObject<HTMLButtonElement | null> }>

type LayerProps = {
  name: string
  button: OpeningButton
  isOpen: boolean
  onClose: () => void
  /** Which end of the button it stands below; the start unless said. */
  position?: 'bottom-start' | 'bottom-end'
  /** As wide as its content unless said. */
  widthPx?: number
  paddingPx: number
  /** For what takes the focus away from the page: Tab stays inside. */
  trapFocus?: boolean
  /** false where what was done in it has opened a field of its own. */
  returnsFocus?: boolean
  children: ReactNode
}

/**
 * A button with a layer below it while that is open. Escape and a press outside close it, and the focus goes back to what had
 * it. A key that something inside has taken means nothing here, and Escape here nothing around it.
 */
export function ButtonLayer(props: LayerProps) {
  const own = useRef<HTMLButtonElement>(null)
  const opener = props.button.props.ref ?? own
  return (
    <>
      {cloneElement(props.button, { ref: opener })}
      {props.isOpen && <Layer {...props} opener={opener} />}
    </>
  )
}

function Layer(props: LayerProps & { opener: RefObject<HTMLButtonElement | null> }) {
  useFocusBack(props.returnsFocus ?? true)
  return (
    <Popover
      opened
      onChange={props.onClose}
      position={props.position ?? 'bottom-start'}
      {...(props.widthPx === undefined ? {} : { width: props.widthPx })}
      trapFocus={props.trapFocus ?? false}
      closeOnEscape={false}
      shadow="none"
      radius={10}
    >
      <Popover.Target>
        <Opener of={props.opener} />
      </Popover.Target>
      <Popover.Dropdown
        p={props.paddingPx}
        aria-label={props.name}
        onKeyDown={event => {
          if (event.key !== 'Escape' || event.defaultPrevented) return
          event.preventDefault()
          event.stopPropagation()
          props.onClose()
        }}
      >
        {props.children}
      </Popover.Dropdown>
    </Popover>
  )
}
