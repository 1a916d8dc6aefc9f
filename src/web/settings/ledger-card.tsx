import { useQuery } from '@tanstack/react-query'
import { getLedger } from '../../shared/mailboxes.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import css from './page.module.css'
import { Card, Facts } from './page.tsx'

/** The ledger of a mailbox in numbers: what became of every mail the server showed. */
export function LedgerCard(props: { mailboxId: number }) {
  const { t, i18n } = useTranslation()
  const { call } = useApi()
  const { mailboxId } = props
  const ledger = useQuery({
    queryKey: ['ledger', mailboxId],
    queryFn: () => call(getLedger, { params: { id: mailboxId } }),
    refetchInterval: 10_000,
  })
  if (ledger.isPending) return null
  if (ledger.data === undefined) return <Fault error={ledger.error} onRetry={() => void ledger.refetch()} />
  const number = new Intl.NumberFormat(i18n.language)
  const outcomes = ledger.data.outcomes.filter(row => row.count > 0)
  return (
    <Card title={t('ledger.title')}>
      <p className={css.sub}>{t('ledger.hint')}</p>
      <Facts
        facts={[
          ...outcomes.map(row => [t(`outcome.${row.outcome}`), number.format(row.count)] as const),
          ...ledger.data.folders.map(
            folder =>
              [
                t('ledger.folder', { path: folder.path }),
                t('ledger.below', { count: folder.mailsBelow, uid: number.format(folder.cursorUid) }),
              ] as const,
          ),
        ]}
      />
    </Card>
  )
}
