import { type KeyboardEvent, type RefCallback, useCallback, useRef, useState } from 'react'
import type { CustomerField, FieldContent } from '../../shared/customer-fields.ts'
import type { Customer } from '../../shared/customers.ts'
import { useTranslation } from '../texts.tsx'
import { faultWords } from '../ui/fault-words.ts'
import css from './customer-panel.module.css'
import { contentOf, useChangeField } from './use-customer-fields.ts'

/** One field of one customer, as the panel shows it. */
export type FieldProps = {
  customer: Customer
  field: CustomerField
  /** The field was asked for just now: it takes the focus. */
  isAdded: boolean
  onEmptied: () => void
}

/** A field while it is written into. */
export type FieldState = {
  value: FieldContent | null
  /** What is typed and not saved yet; undefined while nothing is. */
  draft: string | undefined
  setDraft: (draft: string | undefined) => void
  /** What is wrong with what was typed. */
  error: string | undefined
  /** Says that what was typed does not fit; it stays as it is. */
  refuse: () => void
  /** Saves what `typed` means; a refusal brings what was typed back. */
  save: (value: FieldContent | null, typed?: string) => void
  /** Focuses the field once, when it has just been asked for. */
  ref: RefCallback<HTMLElement>
}

/** Keeps what is typed into a field until it is saved, and what was wrong with it. */
export function useField({ customer, field, isAdded, onEmptied }: FieldProps): FieldState {
  const { t } = useTranslation()
  const change = useChangeField(customer.id)
  const value = contentOf(customer.fieldValues, field.id)
  const [draft, setDraft] = useState<string>()
  const [error, setError] = useState<string>()
  const isAwaited = useRef(isAdded)
  const ref = useCallback((input: HTMLElement | null) => {
    if (!isAwaited.current || input === null) return
    isAwaited.current = false
    input.focus()
  }, [])
  return {
    value,
    draft,
    setDraft: typed => {
      setDraft(typed)
      setError(undefined)
    },
    error,
    refuse: () => setError(t(`fault.bad-${field.kind}-value`, { name: field.name })),
    save: (wanted, typed) => {
      setDraft(undefined)
      setError(undefined)
      if (wanted === value) return
      if (wanted === null) onEmptied()
      change(field.id, wanted, value).catch((reason: unknown) => {
        setDraft(typed)
        setError(faultWords(t, reason))
      })
    },
    ref,
  }
}

/** What every input of a field has; the hint is there as long as there is nothing else. */
export function inputProps({ field }: FieldProps, state: FieldState) {
  return {
    className: css.part ?? '',
    label: field.name,
    size: 'xs' as const,
    error: state.error,
    ...(state.value === null && field.hint !== '' ? { description: field.hint } : {}),
    onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => {
      if (event.nativeEvent.isComposing) return
      if (event.key === 'Enter') event.currentTarget.blur()
      if (event.key === 'Escape') state.setDraft(undefined)
    },
  }
}
