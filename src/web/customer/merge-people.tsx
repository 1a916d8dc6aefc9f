import { Button, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState } from 'react'
import {
  type Customer,
  type CustomerMergePreview,
  type KnownCustomer,
  previewCustomerMerge,
} from '../../shared/customers.ts'
import { useApi } from '../api.tsx'
import { Suggested } from '../compose/suggested.tsx'
import { useTranslation } from '../texts.tsx'
import css from '../ticket/merge-dialog.module.css'
import { Fault } from '../ui/fault.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useFieldWords } from './field-words.ts'
import fields from './merge-people.module.css'
import { personName } from './person-name.ts'
import { useCustomer } from './use-customer.ts'
import { contentOf, useCustomerFields } from './use-customer-fields.ts'
import { useMergingPeople } from './use-merging-people.ts'

/** Chooses who else the customer of a ticket is, shows what becomes of the two, and makes them one person. */
export function MergePeople(props: { number: number; onClose: () => void }) {
  const { t } = useTranslation()
  const view = useCustomer(props.number)
  const [pair, setPair] = useState<{ survivorId: number; mergedId: number }>()
  const customer = view.data?.customer
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t('people.title')}
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      {view.isPending && <Skeleton rows={4} />}
      {view.isError && <Fault error={view.error} />}
      {customer === null && <p>{t('customer.none')}</p>}
      {customer != null && pair === undefined && (
        <ChooseOther
          customer={customer}
          onChoose={other => setPair({ survivorId: customer.id, mergedId: other.id })}
        />
      )}
      {pair !== undefined && (
        <Preview
          key={pair.survivorId}
          {...pair}
          onSwap={() => setPair({ survivorId: pair.mergedId, mergedId: pair.survivorId })}
          onOther={() => setPair(undefined)}
          onClose={props.onClose}
        />
      )}
    </Modal>
  )
}

function ChooseOther(props: { customer: Customer; onChoose: (other: KnownCustomer) => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const id = useId()
  return (
    <div className={css.preview}>
      <PersonOf title={t('people.is')} person={props.customer} />
      <div className={fields.field}>
        <label htmlFor={id}>{t('people.other')}</label>
        <Suggested typed={typed} exceptFor={props.customer.addresses} onChoose={props.onChoose}>
          {combobox => (
            <input
              {...combobox}
              id={id}
              className={fields.input}
              type="text"
              dir="auto"
              maxLength={200}
              placeholder={t('people.otherHint')}
              data-autofocus
              value={typed}
              onChange={event => setTyped(event.target.value)}
            />
          )}
        </Suggested>
      </div>
    </div>
  )
}

type PreviewProps = {
  survivorId: number
  mergedId: number
  onSwap: () => void
  onOther: () => void
  onClose: () => void
}

function Preview(props: PreviewProps) {
  const { t } = useTranslation()
  const { call } = useApi()
  const { survivorId, mergedId } = props
  const preview = useQuery({
    queryKey: ['merge-people', survivorId, mergedId],
    queryFn: () => call(previewCustomerMerge, { params: { id: survivorId }, query: { otherId: mergedId } }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
  if (preview.isPending) return <Skeleton rows={4} />
  if (preview.isError) {
    return (
      <div className={css.preview}>
        <Fault error={preview.error} />
        <div className={css.buttons}>
          <Button variant="default" onClick={props.onOther}>
            {t('people.chooseOther')}
          </Button>
        </div>
      </div>
    )
  }
  return <PreviewOf {...props} preview={preview.data} />
}

function PreviewOf(props: PreviewProps & { preview: CustomerMergePreview }) {
  const { t } = useTranslation()
  const { merge } = useMergingPeople()
  const [isBusy, setIsBusy] = useState(false)
  const { survivor, merged } = props.preview
  const button = useRef<HTMLButtonElement>(null)
  // The field before it is gone.
  useEffect(() => button.current?.focus(), [])
  const submit = async () => {
    setIsBusy(true)
    const isDone = await merge(survivor, merged)
    setIsBusy(false)
    if (isDone) props.onClose()
  }
  return (
    <div className={css.preview}>
      <PersonOf title={t('people.stays')} person={survivor} />
      <PersonOf title={t('people.goes')} person={merged} />
      <ul className={css.facts}>
        {useFacts(props.preview).map(fact => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      <div className={css.buttons}>
        <Button ref={button} onClick={() => void submit()} loading={isBusy}>
          {t('people.submit')}
        </Button>
        <Button variant="default" onClick={props.onSwap}>
          {t('people.swap', { name: personName(merged) || t('customer.unknown') })}
        </Button>
      </div>
    </div>
  )
}

function PersonOf(props: { title: string; person: Customer }) {
  const { t } = useTranslation()
  const { person } = props
  const more = [...(person.name === null ? person.addresses.slice(1) : person.addresses), person.phone]
  return (
    <div className={css.ticket}>
      <span className={css.title}>{props.title}</span>
      <span className={css.subject}>{personName(person) || t('customer.unknown')}</span>
      <span className={css.customer}>{more.filter(part => part !== null).join(' · ')}</span>
    </div>
  )
}

function useFacts({ survivor, merged, after, ticketCount }: CustomerMergePreview): string[] {
  const { t } = useTranslation()
  const fields = useCustomerFields().data ?? []
  const wordsOf = useFieldWords()
  const clashes = fields.flatMap(field => {
    const [value, other] = [survivor, merged].map(one => contentOf(one.fieldValues, field.id))
    if (value == null || other == null || value === other) return []
    const words = { field: field.name, value: wordsOf(field, value), other: wordsOf(field, other) }
    return [t('people.field', words)]
  })
  return [
    t('people.tickets', { count: ticketCount }),
    ...(after.name === null ? [] : [t('people.name', { name: after.name })]),
    ...(after.phone === null ? [] : [t('people.phone', { phone: after.phone })]),
    ...(survivor.note.trim() !== '' && merged.note.trim() !== '' ? [t('people.notes')] : []),
    ...clashes,
    t('people.replies'),
    t('people.undo'),
  ]
}
