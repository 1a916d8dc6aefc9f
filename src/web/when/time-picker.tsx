import { useTranslation } from '../texts.tsx'
import type { OpeningButton } from '../ui/button-layer.tsx'
import { whenWords } from '../ui/format-time.ts'
import { type Choice, Picker } from '../ui/picker.tsx'
import { useTimeStyle } from '../ui/use-now.ts'
import css from './own-time.module.css'
import { OwnTime } from './own-time.tsx'
import { typedTime } from './typed-time.ts'

/** A time that is offered, by its words. */
export type OfferedTime = { words: string; at: Date }

/**
 * A list of times to choose from, where any other may be typed as a phrase (typed-time.ts) or set as date and time. What
 * is chosen is a time in ISO 8601, or the id of one of the others.
 *
 * @param above choices that are no time, above the times; and `below` them
 * @param first what stands in the field of date and time, if anything
 * @param note what is said below it
 */
export function TimePicker(props: {
  name: string
  button: OpeningButton
  isOpen: boolean
  onOpen: (isOpen: boolean) => void
  now: Date
  times: readonly OfferedTime[]
  above?: readonly Choice[]
  below?: readonly Choice[]
  ownLabel: string
  ownAction: string
  first?: Date
  note?: string
  onChoose: (id: string) => void
}) {
  const { t } = useTranslation()
  const style = useTimeStyle()
  const { now, above = [], below = [], first, note } = props
  const choiceOf = (at: Date, words?: string): Choice => {
    const hint = whenWords(at, now, style)
    return { id: at.toISOString(), ...(words === undefined ? { words: hint } : { words, hint }) }
  }
  const choose = (id: string) => {
    props.onOpen(false)
    props.onChoose(id)
  }
  return (
    <Picker
      name={props.name}
      placeholder={t('when.placeholder')}
      button={props.button}
      choices={
        props.isOpen ? [...above, ...props.times.map(({ at, words }) => choiceOf(at, words)), ...below] : []
      }
      isOpen={props.isOpen}
      onOpen={props.onOpen}
      onChoose={choose}
      make={typed => {
        const at = typedTime(typed, new Date(), style.timeZone)
        return at === null ? undefined : choiceOf(at)
      }}
      foot={
        <>
          <OwnTime
            label={props.ownLabel}
            action={props.ownAction}
            now={now}
            {...(first === undefined ? {} : { first })}
            onChoose={at => choose(at.toISOString())}
          />
          {note !== undefined && <p className={css.note}>{note}</p>}
        </>
      }
    />
  )
}
