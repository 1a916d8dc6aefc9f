import { Button } from '@mantine/core'
import type { ComponentType, ReactNode } from 'react'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import css from './page.module.css'

/** The end of a form: what the server refused, the button that sends it, and what stands beside that. */
export function FormEnd(props: {
  form: { error: unknown; isBusy: boolean }
  /** How a refusal is told. */
  Words?: ComponentType<{ error: unknown }>
  /** In place of Save. */
  label?: string
  children?: ReactNode
}) {
  const { t } = useTranslation()
  const { form, Words = Fault } = props
  return (
    <>
      {form.error !== undefined && <Words error={form.error} />}
      <div className={css.actions}>
        <Button type="submit" loading={form.isBusy}>
          {props.label ?? t('action.save')}
        </Button>
        {props.children}
      </div>
    </>
  )
}
