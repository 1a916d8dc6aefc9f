import { Button } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../api.tsx'
import { askBrowser, browserLeave, showOutside } from '../bell/browser-notification.ts'
import { playChime } from '../bell/chime.ts'
import { useTranslation } from '../texts.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'

const TONES = { granted: 'ok', default: 'warn', denied: 'warn', unable: 'warn' } as const

/** Whether this browser may show notifications: asked only by its button. */
export function BrowserCard() {
  const { t } = useTranslation()
  const { appBase } = useApi()
  const [leave, setLeave] = useState(browserLeave)
  const tryOut = () => {
    void playChime()
    const words = { title: t('notifications.tried'), body: t('notifications.triedBody') }
    showOutside({ ...words, icon: `${appBase}icon-192.png` }, () => undefined)
  }
  return (
    <Card title={t('notifications.browser')}>
      <p>
        <span className={css.badge} data-tone={TONES[leave]}>
          {t(`notifications.leave.${leave}`)}
        </span>
      </p>
      <p className={css.sub}>{t(`notifications.leaveHint.${leave}`)}</p>
      <div className={css.actions}>
        {leave === 'default' && (
          <Button onClick={async () => setLeave(await askBrowser())}>{t('notifications.allow')}</Button>
        )}
        <Button variant="default" onClick={tryOut}>
          {t('notifications.try')}
        </Button>
      </div>
    </Card>
  )
}
