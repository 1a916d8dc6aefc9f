import { ArrowDown, ArrowUp } from 'lucide-react'
import { useLayoutEffect, useRef } from 'react'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'

/**
 * Moves a line of a list one place up or down. The focus goes along: a browser takes it away from what it puts elsewhere, and
 * at an end of the list it goes over to the other button.
 */
export function MoveButtons(props: {
  name: string
  place: number
  total: number
  onMove: (by: 1 | -1) => void
}) {
  const { t } = useTranslation()
  const { name, place, total } = props
  const up = useRef<HTMLButtonElement>(null)
  const down = useRef<HTMLButtonElement>(null)
  const pressed = useRef<1 | -1>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it has got another place
  useLayoutEffect(() => {
    if (pressed.current === undefined) return
    const [wanted, other] = pressed.current === -1 ? [up.current, down.current] : [down.current, up.current]
    pressed.current = undefined
    if (wanted?.disabled === false) wanted.focus()
    else other?.focus()
  }, [place])
  const move = (by: 1 | -1) => {
    pressed.current = by
    props.onMove(by)
  }
  return (
    <div>
      <IconButton
        ref={up}
        icon={ArrowUp}
        name={t('customerFields.moveUp', { name })}
        isDisabled={place === 0}
        onClick={() => move(-1)}
      />
      <IconButton
        ref={down}
        icon={ArrowDown}
        name={t('customerFields.moveDown', { name })}
        isDisabled={place === total - 1}
        onClick={() => move(1)}
      />
    </div>
  )
}
