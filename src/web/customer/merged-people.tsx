import { Button } from '@mantine/core'
import type { Customer, MergedCustomer } from '../../shared/customers.ts'
import { useRunnable } from '../keys/commands.tsx'
import { useAgents } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { fullTime } from '../ui/format-time.ts'
import { useTimeStyle } from '../ui/use-now.ts'
import css from './customer-panel.module.css'
import { useFieldWords } from './field-words.ts'
import { personName } from './person-name.ts'
import { contentOf, useCustomerFields } from './use-customer-fields.ts'
import { useMergingPeople } from './use-merging-people.ts'

/** Who was merged into the customer, each with the way back, and the way to merge somebody else. */
export function MergedPeople(props: { customer: Customer; merged: readonly MergedCustomer[] }) {
  const { t } = useTranslation()
  const runnable = useRunnable()
  return (
    <section className={css.part}>
      {props.merged.length > 0 && (
        <>
          <h3>{t('people.merged')}</h3>
          <ul className={css.merged}>
            {props.merged.map(one => (
              <MergedPerson key={one.mergeId} one={one} customer={props.customer} />
            ))}
          </ul>
        </>
      )}
      <Button
        variant="default"
        size="compact-sm"
        aria-haspopup="dialog"
        onClick={() => runnable.run('merge-customer')}
      >
        {t('command.merge-customer')}
      </Button>
    </section>
  )
}

function MergedPerson({ one, customer }: { one: MergedCustomer; customer: Customer }) {
  const { t } = useTranslation()
  const { unmerge } = useMergingPeople()
  const style = useTimeStyle()
  const agents = useAgents().data ?? []
  const name = personName(one) || t('customer.unknown')
  const by = agents.find(agent => agent.id === one.agentId)?.name ?? t('agent.unknown')
  return (
    <li title={t('people.mergedBy', { name: by, time: fullTime(new Date(one.at), style) })}>
      <span className={css.address}>
        {name}
        <OwnValues one={one} customer={customer} />
      </span>
      <button
        type="button"
        className={css.takeBack}
        aria-label={t('people.takeBack', { name })}
        onClick={() => unmerge(one.mergeId, name)}
      >
        {t('action.undo')}
      </button>
    </li>
  )
}

/** What stood in their fields and does not in the customer's: it comes back with them. */
function OwnValues({ one, customer }: { one: MergedCustomer; customer: Customer }) {
  const fields = useCustomerFields().data ?? []
  const wordsOf = useFieldWords()
  const own = fields.flatMap(field => {
    const value = contentOf(one.fieldValues, field.id)
    const isOwn = value !== null && value !== contentOf(customer.fieldValues, field.id)
    return isOwn ? [`${field.name}: ${wordsOf(field, value)}`] : []
  })
  return own.length === 0 ? null : <span className={css.own}>{own.join(' · ')}</span>
}
