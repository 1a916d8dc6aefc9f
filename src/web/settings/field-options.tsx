import { Button, TextInput } from '@mantine/core'
import { X } from 'lucide-react'
import { useRef } from 'react'
import type { CustomerFieldUse, FieldOption } from '../../shared/customer-fields.ts'
import { CUSTOMER_FIELD_LIMITS as LIMITS } from '../../shared/vocabulary.ts'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import type { TFunction } from '../words-of.ts'
import css from './field-options.module.css'
import { MoveButtons } from './move-buttons.tsx'
import { movedBy } from './moved-by.ts'
import page from './page.module.css'

/** An option while it is typed; `key` tells it from others of the same name. Without an id it is new. */
export type TypedOption = { key: string; id?: number; name: string }

/** One that was there. */
export function keptOption({ id, name }: FieldOption): TypedOption {
  return { key: String(id), id, name }
}

/** A new one without a name, beside those that are there. */
export function newOption(others: readonly TypedOption[]): TypedOption {
  const numbers = others.map(({ key }) => Number(/^new-(\d+)$/.exec(key)?.[1] ?? 0))
  return { key: `new-${Math.max(0, ...numbers) + 1}`, name: '' }
}

/** What a choice offers: to name, sort, add and take away. Says from how many customers an option is taken with it. */
export function FieldOptions(props: {
  options: readonly TypedOption[]
  /** The options the field has until this is saved. */
  before: readonly FieldOption[]
  use: CustomerFieldUse | undefined
  onChange: (options: readonly TypedOption[]) => void
}) {
  const { t } = useTranslation()
  const { options, onChange } = props
  const added = useRef<string>(undefined)
  const add = (at: number) => {
    if (options.length >= LIMITS.options) return
    const option = newOption(options)
    added.current = option.key
    onChange(options.toSpliced(at, 0, option))
  }
  return (
    <fieldset className={css.options}>
      <legend>{t('customerFields.options')}</legend>
      <ol className={page.rows}>
        {options.map((option, at) => (
          <li key={option.key} className={css.option}>
            <TextInput
              className={css.name ?? ''}
              aria-label={t('customerFields.option', { number: at + 1 })}
              ref={input => {
                if (input === null || added.current !== option.key) return
                added.current = undefined
                input.focus()
              }}
              maxLength={LIMITS.nameChars}
              dir="auto"
              value={option.name}
              onChange={event => onChange(options.with(at, { ...option, name: event.currentTarget.value }))}
              onKeyDown={event => {
                if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
                event.preventDefault()
                add(at + 1)
              }}
            />
            <MoveButtons
              name={nameOf(t, option, at)}
              place={at}
              total={options.length}
              onMove={by => onChange(movedBy(options, at, by))}
            />
            <IconButton
              icon={X}
              name={t('customerFields.removeOption', { name: nameOf(t, option, at) })}
              onClick={() => onChange(options.toSpliced(at, 1))}
            />
          </li>
        ))}
      </ol>
      {goingOf(props).map(({ id, name, count }) => (
        <p key={id} className={css.going}>
          {t('customerFields.optionGoes', { name, count })}
        </p>
      ))}
      <Button
        variant="default"
        size="xs"
        disabled={options.length >= LIMITS.options}
        onClick={() => add(options.length)}
      >
        {t('customerFields.addOption')}
      </Button>
    </fieldset>
  )
}

function nameOf(t: TFunction, { name }: TypedOption, at: number): string {
  return name.trim() === '' ? t('customerFields.option', { number: at + 1 }) : name
}

/** The options that go with what stands in them. */
function goingOf({
  options,
  before,
  use,
}: Pick<Parameters<typeof FieldOptions>[0], 'options' | 'before' | 'use'>) {
  const kept = new Set(options.filter(({ name }) => name.trim() !== '').map(({ id }) => id))
  return before.flatMap(({ id, name }) => {
    const count = use?.options.find(one => one.optionId === id)?.customerCount ?? 0
    return kept.has(id) || count === 0 ? [] : [{ id, name, count }]
  })
}
