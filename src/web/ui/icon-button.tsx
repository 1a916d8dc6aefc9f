import { Tooltip } from '@mantine/core'
import type { LucideIcon } from 'lucide-react'
import { type ComponentProps, type Ref, useEffect, useRef, useState } from 'react'
import type { CommandId } from '../keys/command-list.ts'
import { KeyNames } from '../keys/key-names.tsx'
import { useAriaKeys } from '../keys/use-bindings.ts'
import { classNames } from './class-names.ts'
import css from './icon-button.module.css'

/** What a list or menu tells of itself on the button that opens it. */
type OpenerProps = Pick<ComponentProps<'button'>, 'id' | 'aria-haspopup' | 'aria-expanded' | 'aria-controls'>

const HINTED_AFTER_MS = 400

/** A button that is an icon: it always has a name, and a tooltip with that name and the keys. */
export function IconButton(
  props: OpenerProps & {
    icon: LucideIcon
    name: string
    /** What the tooltip says in place of the name; shown on when the button is pressed, to tell what that did. */
    hint?: string
    /** Of the height of a line of text. */
    isSmall?: boolean
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
  const hint = useHint(props.hint !== undefined)
  return (
    <>
      <button
        ref={props.ref}
        id={props.id}
        type="button"
        className={classNames(css.button, props.isSmall && css.small, props.className)}
        aria-label={props.name}
        aria-pressed={props.isPressed}
        aria-haspopup={props['aria-haspopup']}
        aria-expanded={props['aria-expanded']}
        aria-controls={props['aria-controls']}
        aria-keyshortcuts={props.command && ariaKeys(props.command)}
        disabled={props.isDisabled}
        tabIndex={props.tabIndex}
        onClick={props.onClick}
        {...hint.handlers}
      >
        <Icon size={props.isSmall ? 14 : 16} strokeWidth={props.isSmall ? 2 : 1.75} aria-hidden />
      </button>
      {/* Of what it has opened nobody needs to be told. */}
      {hint.target !== null && props['aria-expanded'] !== true && (
        <Tooltip
          target={hint.target}
          opened
          withArrow={false}
          label={
            <>
              {props.hint ?? props.name}
              {props.command !== undefined && <KeyNames id={props.command} />}
            </>
          }
        />
      )}
    </>
  )
}

/** The button a pointer rests on. A page has dozens: what draws the tooltip is there only while one is shown. */
function useHint(isKept: boolean) {
  const [target, setTarget] = useState<HTMLButtonElement | null>(null)
  const timer = useRef<number>(undefined)
  useEffect(() => () => window.clearTimeout(timer.current), [])
  const drop = () => {
    window.clearTimeout(timer.current)
    setTarget(null)
  }
  return {
    target,
    handlers: {
      onPointerEnter: ({
        currentTarget,
        pointerType,
      }: {
        currentTarget: HTMLButtonElement
        pointerType: string
      }) => {
        if (pointerType === 'touch') return
        timer.current = window.setTimeout(() => setTarget(currentTarget), HINTED_AFTER_MS)
      },
      onPointerLeave: drop,
      onPointerDown: isKept ? undefined : drop,
    },
  }
}
