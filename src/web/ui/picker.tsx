import { Check } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from '../texts.tsx'
import { ButtonLayer, type OpeningButton } from './button-layer.tsx'
import { ListField } from './list-field.tsx'
import css from './picker.module.css'
import { useListKeys } from './use-list-keys.ts'

/** One thing to choose: `words` are what typing is matched against. */
export type Choice = {
  id: string
  words: string
  mark?: ReactNode
  /** Shown at its end; not matched. */
  hint?: string
  isChosen?: boolean
}

/** What can be chosen, or what makes that once the list is open: of a dozen closed ones nothing is made. */
type Choices = readonly Choice[] | (() => readonly Choice[])

/**
 * A button that opens a list to choose from: type to narrow, arrows to move, Enter to choose, Esc to
 * close. Controlled from outside, so that a key can open it.
 *
 * @param make offers what was typed as a new choice when nothing is exactly it (new tags)
 * @param placeholder what may be typed, where that is more than the names below
 * @param none said where nothing can be chosen yet
 * @param foot shown below the choices
 * @param staysOpen for choosing several, one after the other
 * @param returnsFocus false where what was chosen has opened a field of its own
 */
export function Picker(props: PickerProps) {
  const { name, button, isOpen, returnsFocus = true } = props
  const close = () => props.onOpen(false)
  const layer = { name, button, isOpen, returnsFocus, onClose: close }
  return (
    <ButtonLayer {...layer} widthPx={300} paddingPx={0}>
      <PickerList {...props} onClose={close} />
    </ButtonLayer>
  )
}

type PickerProps = {
  name: string
  button: OpeningButton
  choices: Choices
  isOpen: boolean
  onOpen: (isOpen: boolean) => void
  onChoose: (id: string, choice: Choice) => void
  make?: (typed: string) => Choice | undefined
  staysOpen?: boolean
  returnsFocus?: boolean
  placeholder?: string
  none?: string
  foot?: ReactNode
}

function PickerList(props: PickerProps & { onClose: () => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const shown = narrow(typeof props.choices === 'function' ? props.choices() : props.choices, typed)
  const made = typed.trim() === '' ? undefined : props.make?.(typed.trim())
  const isNew = made !== undefined && !shown.some(choice => choice.id === made.id)
  const all = isNew ? [...shown, made] : shown
  const choose = (choice: Choice | undefined) => {
    if (choice === undefined) return
    props.onChoose(choice.id, choice)
    setTyped('')
    if (props.staysOpen !== true) props.onClose()
  }
  const keys = useListKeys(all.length, place => choose(all[place]), props.onClose)
  return (
    <div className={css.box}>
      <ListField
        className={css.input}
        name={props.name}
        placeholder={props.placeholder}
        typed={typed}
        onType={setTyped}
        keys={keys}
        hasOptions={all.length > 0}
      />
      <div role="listbox" id={keys.listId} aria-label={props.name} className={css.list}>
        {all.map((choice, place) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus (aria-activedescendant)
          // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the field chooses
          <div
            key={choice.id}
            id={keys.optionId(place)}
            role="option"
            aria-selected={choice.isChosen === true}
            className={css.choice}
            data-at={place === keys.at}
            onMouseMove={() => keys.setAt(place)}
            onClick={() => choose(choice)}
          >
            {choice.mark}
            <span className={css.words}>{choice.words}</span>
            {choice.hint !== undefined && <span className={css.hint}>{choice.hint}</span>}
            {choice.isChosen === true && <Check size={14} aria-hidden />}
          </div>
        ))}
        {all.length === 0 && (
          <p className={css.none}>{typed === '' ? (props.none ?? t('picker.empty')) : t('picker.none')}</p>
        )}
      </div>
      {props.foot}
    </div>
  )
}

function narrow(choices: readonly Choice[], typed: string): Choice[] {
  const wanted = typed.trim().toLocaleLowerCase()
  return choices.filter(choice => choice.words.toLocaleLowerCase().includes(wanted))
}
