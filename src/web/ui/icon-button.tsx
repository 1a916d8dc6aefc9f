import { Tooltip } from '@mantine/core'
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps, Ref } from 'react'
import type { CommandId } from '../keys/command-list.ts'
import { KeyNames } from '../keys/key-names.tsx'
import { useAriaKeys } from '../keys/use-bindings.ts'
import { classNames } from './class-names.ts'
import css from './icon-button.module.css'

/** What a list or menu tells of itself on the button that opens it. */
type OpenerProps = Pick<ComponentProps<'button'>, 'id' | 'aria-haspopup' | 'aria-expanded' | 'aria-controls'>

/** A button that is an icon: it always has a name, and a tooltip with that name and the keys. */
export function IconButton(
  props: OpenerProps & {
    icon: LucideIcon
    name: string
    onClick?: () => void
    command?: CommandId
    isPressed?: boolean
    isDisabled?: boolean
    tabIndex?: number
    className?: string | undefined
    ref?: Ref<HTMLButtonElement>
  },
) {
  const Icon = props.icon
  const ariaKeys = useAriaKeys()
  const hint = (
    <>
      {props.name}
      {props.command !== undefined && <KeyNames id={props.command} />}
    </>
  )
  return (
    <Tooltip
      label={hint}
      openDelay={400}
      withArrow={false}
      // Of what it has opened nobody needs to be told.
      disabled={props['aria-expanded'] === true}
    >
      <button
        ref={props.ref}
        id={props.id}
        type="button"
        className={classNames(css.button, props.className)}
        aria-label={props.name}
        aria-pressed={props.isPressed}
        aria-haspopup={props['aria-haspopup']}
        aria-expanded={props['aria-expanded']}
        aria-controls={props['aria-controls']}
        aria-keyshortcuts={props.command && ariaKeys(props.command)}
        disabled={props.isDisabled}
        tabIndex={props.tabIndex}
        onClick={props.onClick}
      >
        <Icon size={16} strokeWidth={1.75} aria-hidden />
      </button>
    </Tooltip>
  )
}
