import { NativeSelect, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { type CustomerFieldKind, CUSTOMER_FIELD_LIMITS as LIMITS } from '../../shared/vocabulary.ts'
import { useTranslation } from '../texts.tsx'
import { typedNumber } from '../ui/typed-number.ts'
import { DayField } from '../when/day-field.tsx'
import { useFieldWords } from './field-words.ts'
import { LinkField } from './link-field.tsx'
import { type FieldProps, inputProps, useField } from './use-field.ts'

const INPUTS: Readonly<Record<CustomerFieldKind, (props: FieldProps) => ReactNode>> = {
  text: TextField,
  number: NumberField,
  date: DateField,
  'yes-no': ChoiceField,
  choice: ChoiceField,
  link: LinkField,
}

/** A field of a customer, changed in its place: leaving it or Enter saves, Esc takes back what was typed. */
export function FieldInput(props: FieldProps) {
  const Input = INPUTS[props.field.kind]
  return <Input {...props} />
}

function TextField(props: FieldProps) {
  const state = useField(props)
  const typed = state.draft ?? String(state.value ?? '')
  return (
    <TextInput
      {...inputProps(props, state)}
      ref={state.ref}
      dir="auto"
      maxLength={LIMITS.textChars}
      value={typed}
      onChange={event => state.setDraft(event.currentTarget.value)}
      onBlur={() => state.save(typed.trim() || null, typed)}
    />
  )
}

function NumberField(props: FieldProps) {
  const { language } = useTranslation().i18n
  const wordsOf = useFieldWords()
  const state = useField(props)
  const { draft, value } = state
  const save = () => {
    if (draft === undefined) return
    const number = draft.trim() === '' ? null : typedNumber(draft, language)
    if (number === undefined || Math.abs(number ?? 0) > LIMITS.number) state.refuse()
    else state.save(number, draft)
  }
  return (
    <TextInput
      {...inputProps(props, state)}
      ref={state.ref}
      inputMode="decimal"
      maxLength={60}
      value={draft ?? (value === null ? '' : wordsOf(props.field, value))}
      onChange={event => state.setDraft(event.currentTarget.value)}
      onBlur={save}
    />
  )
}

function DateField(props: FieldProps) {
  const state = useField(props)
  return (
    <DayField
      {...inputProps(props, state)}
      ref={state.ref}
      day={state.draft ?? String(state.value ?? '')}
      onDay={day => state.save(day === '' ? null : day, day)}
    />
  )
}

function ChoiceField(props: FieldProps) {
  const { t } = useTranslation()
  const wordsOf = useFieldWords()
  const state = useField(props)
  const { kind, options } = props.field
  const { onKeyDown: _, ...given } = inputProps(props, state)
  const choices =
    kind === 'choice'
      ? options.map(({ id, name }) => ({ value: String(id), label: name, content: id }))
      : [true, false].map(content => ({
          value: String(content),
          label: wordsOf(props.field, content),
          content,
        }))
  return (
    <NativeSelect
      {...given}
      ref={state.ref}
      value={state.value === null ? '' : String(state.value)}
      onChange={event => {
        const chosen = choices.find(choice => choice.value === event.currentTarget.value)
        state.save(chosen?.content ?? null)
      }}
      data={[
        { value: '', label: t('customer.notSet') },
        ...choices.map(({ value, label }) => ({ value, label })),
      ]}
    />
  )
}
