import { useTranslation } from '../texts.tsx'
import { IntakeWords } from './intake-words.tsx'
import { Card } from './page.tsx'

/** How the mail of a mailbox without an IMAP server comes in. */
export function IntakeCard(props: { address: string }) {
  const { t } = useTranslation()
  return (
    <Card title={t('intake.settings')}>
      <IntakeWords address={props.address} />
    </Card>
  )
}
