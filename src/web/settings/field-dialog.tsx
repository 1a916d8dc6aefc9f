import { Modal, NativeSelect, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type CustomerField, createCustomerField, updateCustomerField } from '../../shared/customer-fields.ts'
import {
  CUSTOMER_FIELD_KINDS,
  type CustomerFieldKind,
  CUSTOMER_FIELD_LIMITS as LIMITS,
} from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import { useForm } from '../ui/use-form.ts'
import { FieldOptions, keptOption, newOption, type TypedOption } from './field-options.tsx'
import { FormEnd } from './form-end.tsx'
import css from './page.module.css'
import { refreshFields, useCustomerFieldUse } from './use-customer-field-use.ts'

type Content = { name: string; kind: CustomerFieldKind; hint: string; options: readonly TypedOption[] }

/** Defines a field of customers, or changes what it is called and offers. */
export function FieldDialog(props: { field: CustomerField | undefined; onClose: () => void }) {
  const { t } = useTranslation()
  const { field } = props
  const use = useCustomerFieldUse().data?.find(one => one.fieldId === field?.id)
  const { values, set, ...form } = useFieldForm(field, props.onClose)
  const kinds = CUSTOMER_FIELD_KINDS.map(kind => ({ value: kind, label: t(`customerFields.kind.${kind}`) }))
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={field?.name ?? t('customerFields.create')}
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      <form className={css.form} onSubmit={form.submit}>
        <TextInput
          label={t('customerFields.name')}
          required
          maxLength={LIMITS.nameChars}
          dir="auto"
          data-autofocus
          value={values.name}
          onChange={event => set({ name: event.currentTarget.value })}
          error={form.wrong('name')}
        />
        <NativeSelect
          label={t('customerFields.kind')}
          disabled={use !== undefined}
          description={
            use === undefined ? undefined : t('customerFields.kindStays', { count: use.customerCount })
          }
          data={kinds}
          value={values.kind}
          onChange={event => {
            const kind = CUSTOMER_FIELD_KINDS.find(one => one === event.currentTarget.value) ?? values.kind
            const isEmpty = values.options.length === 0
            set(kind === 'choice' && isEmpty ? { kind, options: [newOption([])] } : { kind })
          }}
        />
        {values.kind === 'choice' && (
          <FieldOptions
            options={values.options}
            before={field?.options ?? []}
            use={use}
            onChange={options => set({ options })}
          />
        )}
        <TextInput
          label={t('customerFields.hint')}
          description={t('customerFields.hintHint')}
          maxLength={LIMITS.hintChars}
          dir="auto"
          value={values.hint}
          onChange={event => set({ hint: event.currentTarget.value })}
          error={form.wrong('hint')}
        />
        <FormEnd form={form} />
      </form>
    </Modal>
  )
}

function useFieldForm(field: CustomerField | undefined, onClose: () => void) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const initial: Content = {
    name: field?.name ?? '',
    kind: field?.kind ?? 'text',
    hint: field?.hint ?? '',
    options: field?.options.map(keptOption) ?? [],
  }
  return useForm(initial, async ({ options, ...facts }) => {
    const typed = facts.kind === 'choice' ? options.filter(({ name }) => name.trim() !== '') : []
    const body = {
      ...facts,
      options: typed.map(({ id, name }) => (id === undefined ? { name } : { id, name })),
    }
    try {
      if (field === undefined) await call(createCustomerField, { body })
      else
        await call(updateCustomerField, {
          params: { id: field.id },
          body: { ...body, version: field.version },
        })
    } finally {
      // Also where it is refused: opened again, the dialog shows what somebody else made of it.
      await refreshFields(queries)
    }
    notices.done(t('done.saved'))
    onClose()
  })
}
