import { Button, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import type { CustomerField } from '../../shared/customer-fields.ts'
import { useCustomerFields } from '../customer/use-customer-fields.ts'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { FieldDialog } from './field-dialog.tsx'
import { MoveButtons } from './move-buttons.tsx'
import css from './page.module.css'
import { Card, Page } from './page.tsx'
import { RemoveFieldDialog } from './remove-field-dialog.tsx'
import { useCustomerFieldUse } from './use-customer-field-use.ts'
import { useSortFields } from './use-sort-fields.ts'

/** The fields that this desk has of its customers, in the order in which agents see them. */
export function CustomerFieldsPage() {
  const { t } = useTranslation()
  const fields = useCustomerFields()
  const [edited, setEdited] = useState<CustomerField | 'new'>()
  const [removed, setRemoved] = useState<CustomerField>()
  const { move, moved } = useSortFields()
  if (!isAdmin(useMe())) return <NoPermission />
  const all = fields.data ?? []
  return (
    <Page
      title={t('settings.customerFields')}
      hint={t('customerFields.pageHint')}
      action={<Button onClick={() => setEdited('new')}>{t('customerFields.create')}</Button>}
    >
      {fields.isPending && <Skeleton rows={3} />}
      {fields.isError && <Fault error={fields.error} onRetry={() => void fields.refetch()} />}
      {fields.isSuccess && all.length === 0 && <p>{t('customerFields.none')}</p>}
      {all.length > 0 && (
        <Card>
          <ol className={css.rows}>
            {all.map((field, place) => (
              <FieldLine
                key={field.id}
                field={field}
                place={place}
                total={all.length}
                onMove={by => void move(field, by)}
                onEdit={() => setEdited(field)}
                onRemove={() => setRemoved(field)}
              />
            ))}
          </ol>
        </Card>
      )}
      <VisuallyHidden role="status">{moved}</VisuallyHidden>
      {edited !== undefined && (
        <FieldDialog field={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />
      )}
      {removed !== undefined && <RemoveFieldDialog field={removed} onClose={() => setRemoved(undefined)} />}
    </Page>
  )
}

function FieldLine(props: {
  field: CustomerField
  place: number
  total: number
  onMove: (by: 1 | -1) => void
  onEdit: () => void
  onRemove: () => void
}) {
  const { t } = useTranslation()
  const { field } = props
  const use = useCustomerFieldUse().data
  const count = use?.find(one => one.fieldId === field.id)?.customerCount ?? 0
  const options = field.options.map(option => option.name).join(', ')
  return (
    <li className={css.row}>
      <MoveButtons name={field.name} place={props.place} total={props.total} onMove={props.onMove} />
      <div className={css.main}>
        <p className={css.title}>{field.name}</p>
        <p className={css.sub}>
          {[t(`customerFields.kind.${field.kind}`), options].filter(part => part !== '').join(': ')}
        </p>
        {field.hint !== '' && <p className={css.sub}>{field.hint}</p>}
        {use !== undefined && (
          <p className={css.sub}>
            {count === 0 ? t('customerFields.unused') : t('customerFields.used', { count })}
          </p>
        )}
      </div>
      <div className={css.actions}>
        <Button
          variant="default"
          size="xs"
          aria-label={`${t('action.edit')}: ${field.name}`}
          onClick={props.onEdit}
        >
          {t('action.edit')}
        </Button>
        <Button
          variant="default"
          size="xs"
          aria-label={`${t('customerFields.remove')}: ${field.name}`}
          onClick={props.onRemove}
        >
          {t('customerFields.remove')}
        </Button>
      </div>
    </li>
  )
}
