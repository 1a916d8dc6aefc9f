import { X } from 'lucide-react'
import { useLayoutEffect, useRef, useState } from 'react'
import { FILTER_TEXT_LIMIT, type FilterPart, type TicketFilter } from '../../shared/ticket-filter.ts'
import { useTranslation } from '../texts.tsx'
import { ButtonLayer, type OpeningButton } from '../ui/button-layer.tsx'
import { Picker } from '../ui/picker.tsx'
import css from './filter-bar.module.css'
import { focusFilterButton } from './filter-button.tsx'
import { useFilterWords, valuesOf } from './filter-words.ts'
import { partValue, typedWait, usePartChoices } from './part-choices.tsx'

type ChipProps = {
  part: FilterPart
  filter: TicketFilter
  isOpen: boolean
  onOpen: (isOpen: boolean) => void
  onChange: (filter: TicketFilter) => void
}

/** One part of a filter: what it asks, its values behind a press, and a cross that takes it away. */
export function FilterChip(props: ChipProps) {
  const { t } = useTranslation()
  const { part, filter, isOpen } = props
  const words = useFilterWords()
  const chip = useRef<HTMLButtonElement>(null)
  const name = t(`filter.part.${part}`)
  const values = valuesOf(filter, part).map(value => words(part, value))
  // The chip stays only where it has a value; who has chosen none goes on at the button beside the list's name.
  const open = (isWanted: boolean) => {
    if (!isWanted && values.length > 0) chip.current?.focus()
    else if (!isWanted) focusFilterButton()
    props.onOpen(isWanted)
  }
  const button = (
    <button
      ref={chip}
      type="button"
      className={css.words}
      aria-haspopup="dialog"
      aria-expanded={isOpen}
      onClick={() => open(!isOpen)}
    >
      <span className={css.part}>{name}</span> {values.length > 0 ? values.join(', ') : '…'}
    </button>
  )
  const Values = part === 'text' ? TextField : ValuePicker
  return (
    <span className={css.chip}>
      <Values {...props} name={name} button={button} onOpen={open} />
      <button
        type="button"
        className={css.remove}
        aria-label={t('filter.remove', { part: name })}
        onClick={() => {
          focusFilterButton()
          props.onOpen(false)
          props.onChange({ ...filter, [part]: undefined })
        }}
      >
        <X size={12} aria-hidden />
      </button>
    </span>
  )
}

type ValueProps = ChipProps & { name: string; button: OpeningButton }

function ValuePicker({ part, filter, name, button, isOpen, onOpen, onChange }: ValueProps) {
  const { t, i18n } = useTranslation()
  const choices = usePartChoices(part, filter)
  const isOfTime = part === 'waitingMinutes'
  const choose = (id: string) => {
    const value = partValue(part, id)
    if (isOfTime) onChange({ ...filter, waitingMinutes: Number(value) })
    else {
      const values = valuesOf(filter, part)
      const others = values.filter(other => other !== value)
      onChange({ ...filter, [part]: others.length < values.length ? others : [...values, value] })
    }
  }
  return (
    <Picker
      name={name}
      button={button}
      choices={choices}
      isOpen={isOpen}
      onOpen={onOpen}
      onChoose={choose}
      {...(isOfTime
        ? { make: typed => typedWait(typed, i18n.language), placeholder: t('filter.typeTime') }
        : { staysOpen: true })}
    />
  )
}

function TextField({ filter, name, button, isOpen, onOpen, onChange }: ValueProps) {
  const layer = { name, button, isOpen, onClose: () => onOpen(false) }
  return (
    <ButtonLayer {...layer} widthPx={280} paddingPx={8}>
      <TextForm
        name={name}
        text={filter.text ?? ''}
        onDone={text => {
          onOpen(false)
          onChange({ ...filter, text })
        }}
      />
    </ButtonLayer>
  )
}

function TextForm(props: { name: string; text: string; onDone: (text: string) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState(props.text)
  const field = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => field.current?.focus({ preventScroll: true }), [])
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        props.onDone(text.trim())
      }}
    >
      <input
        ref={field}
        type="text"
        className={css.field}
        aria-label={props.name}
        placeholder={t('filter.textHint')}
        maxLength={FILTER_TEXT_LIMIT}
        autoComplete="off"
        data-autofocus
        value={text}
        onChange={event => setText(event.target.value)}
      />
    </form>
  )
}
