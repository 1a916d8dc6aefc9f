import { Button, CopyButton } from '@mantine/core'
import { useTranslation } from '../texts.tsx'
import css from './page.module.css'

/** A text to be entered elsewhere letter by letter, with the button that copies it. */
export function Copied(props: { label: string; text: string }) {
  const { t } = useTranslation()
  return (
    <div>
      <p className={css.sub}>{props.label}</p>
      <div className={css.link}>
        <code>{props.text}</code>
        <CopyButton value={props.text}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              size="xs"
              aria-label={`${t(copied ? 'action.copied' : 'action.copy')}: ${props.label}`}
              onClick={copy}
            >
              {t(copied ? 'action.copied' : 'action.copy')}
            </Button>
          )}
        </CopyButton>
      </div>
    </div>
  )
}
