import { Button } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { CustomerField } from '../../shared/customer-fields.ts'
import type { Customer } from '../../shared/customers.ts'
import { useTranslation } from '../texts.tsx'
import { Picker } from '../ui/picker.tsx'
import css from './customer-panel.module.css'
import { FieldInput } from './field-input.tsx'
import { contentOf, useCustomerFields } from './use-customer-fields.ts'

/**
 * The fields of the desk: those that are filled in, and the others behind a button. What is emptied stays in its place
 * while the customer is shown, so that nothing jumps away under the hand.
 */
export function CustomFields(props: { customer: Customer }) {
  const { customer } = props
  const fields = useCustomerFields().data ?? []
  const [opened, setOpened] = useState<readonly number[]>([])
  const [added, setAdded] = useState<number>()
  const isShown = ({ id }: CustomerField) =>
    opened.includes(id) || contentOf(customer.fieldValues, id) !== null
  const open = (id: number) => setOpened(now => [...now, id])
  const others = fields.filter(field => !isShown(field))
  return (
    <>
      {fields.filter(isShown).map(field => (
        <FieldInput
          key={`${field.id}-${field.kind}`}
          customer={customer}
          field={field}
          isAdded={field.id === added}
          onEmptied={() => open(field.id)}
        />
      ))}
      {others.length > 0 && (
        <AddField
          fields={others}
          onAdd={id => {
            open(id)
            setAdded(id)
          }}
        />
      )}
    </>
  )
}

function AddField(props: { fields: readonly CustomerField[]; onAdd: (id: number) => void }) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <div className={css.part}>
      <Picker
        name={t('customer.addField')}
        button={
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            className={css.add ?? ''}
            aria-haspopup="dialog"
            leftSection={<Plus size={14} aria-hidden />}
            onClick={() => setIsOpen(!isOpen)}
          >
            {t('customer.addField')}
          </Button>
        }
        choices={props.fields.map(({ id, name }) => ({ id: String(id), words: name }))}
        isOpen={isOpen}
        onOpen={setIsOpen}
        onChoose={id => props.onAdd(Number(id))}
        returnsFocus={false}
      />
    </div>
  )
}
