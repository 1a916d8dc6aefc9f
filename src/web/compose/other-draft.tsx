import { Button } from '@mantine/core'
import { useTranslation } from '../texts.tsx'
import css from './composer.module.css'

/** Words of another device that do not continue the ones here: which are gone on with. */
export function OtherDraft(props: { takeTheirs: () => void; keepOurs: () => void }) {
  const { t } = useTranslation()
  return (
    <div className={css.other} role="alert">
      <span>{t('compose.otherDraft')}</span>
      <Button size="xs" variant="default" onClick={props.takeTheirs}>
        {t('compose.takeOther')}
      </Button>
      <Button size="xs" variant="default" onClick={props.keepOurs}>
        {t('compose.keepThis')}
      </Button>
    </div>
  )
}
