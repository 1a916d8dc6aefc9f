import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useLiveCheck } from '../connect/use-live-check.ts'
import { useTranslation } from '../texts.tsx'
import { CheckFault, CheckList } from './check-list.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'

/**
 * Sends a connected mailbox a mail from itself and shows what becomes of it, line by line. `isBegunAtOnce`: without a press,
 * where the mailbox was connected just now and no test mail went before.
 */
export function TestMailCard(props: { mailbox: { id: number; address: string }; isBegunAtOnce?: boolean }) {
  const { t } = useTranslation()
  const { check, startConnected } = useLiveCheck()
  const isBegun = useRef(false)
  const { id, address } = props.mailbox
  const begin = () => {
    isBegun.current = true
    void startConnected(id)
  }
  useEffect(() => {
    if (props.isBegunAtOnce === true && !isBegun.current) begin()
  })
  const isSeen = check.steps.length > 0 || check.running !== undefined
  return (
    <Card title={t('check.test')}>
      <p className={css.sub}>{t('check.testHint')}</p>
      {isSeen && <CheckList result={check} running={check.running} address={address} />}
      {check.error !== undefined && <CheckFault error={check.error} />}
      <div className={css.actions}>
        <Button variant="default" loading={check.running !== undefined} onClick={begin}>
          {t('check.testSend')}
        </Button>
      </div>
    </Card>
  )
}
