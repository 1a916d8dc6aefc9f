import { Button } from '@mantine/core'
import { useTranslation } from '../texts.tsx'
import { useCopy } from '../ui/use-copy.ts'
import css from './page.module.css'

/** A text to be entered elsewhere letter by letter, with the button that copies it. */
export function Copied(props: { label: string; text: string }) {
  const { t } = useTranslation()
  const { isCopied, copy } = useCopy()
  const word = t(isCopied ? 'action.copied' : 'action.copy')
  return (
    <div>
      <p className={css.sub}>{props.label}</p>
      <div className={css.link}>
        <code>{props.text}</code>
        <Button
          variant="default"
          size="xs"
          aria-label={`${word}: ${props.label}`}
          onClick={() => copy(props.text)}
        >
          {word}
        </Button>
      </div>
    </div>
  )
}
