import { Button } from '@mantine/core'
import type { MergedCustomer } from '../../shared/customers.ts'
import { useRunnable } from '../keys/commands.tsx'
import { useAgents } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { fullTime } from '../ui/format-time.ts'
import { useTimeStyle } from '../ui/use-now.ts'
import css from './customer-panel.module.css'
import { personName } from './person-name.ts'
import { useMergingPeople } from './use-merging-people.ts'

/** Who was merged into the customer, each with the way back, and the way to merge somebody else. */
export function MergedPeople(props: { merged: readonly MergedCustomer[] }) {
  const { t } = useTranslation()
  const runnable = useRunnable()
  return (
    <section className={css.part}>
      {props.merged.length > 0 && (
        <>
          <h3>{t('people.merged')}</h3>
          <ul className={css.merged}>
            {props.merged.map(one => (
              <MergedPerson key={one.mergeId} one={one} />
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

function MergedPerson({ one }: { one: MergedCustomer }) {
  const { t } = useTranslation()
  const { unmerge } = useMergingPeople()
  const style = useTimeStyle()
  const agents = useAgents().data ?? []
  const name = personName(one) || t('customer.unknown')
  const by = agents.find(agent => agent.id === one.agentId)?.name ?? t('agent.unknown')
  return (
    <li title={t('people.mergedBy', { name: by, time: fullTime(new Date(one.at), style) })}>
      <span className={css.address}>{name}</span>
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
