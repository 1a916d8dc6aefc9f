import { Textarea } from '@mantine/core'
import { SIGNATURE_VARIABLES, type SignatureKind } from '../../shared/template-variables.ts'
import { useTranslation } from '../texts.tsx'

/** A signature with the names it may show, and what the server found wrong in it. */
export function SignatureField(props: {
  kind: SignatureKind
  label: string
  hint: string
  value: string
  onValue: (value: string) => void
}) {
  const { t } = useTranslation()
  const names = SIGNATURE_VARIABLES[props.kind].map(name => `{{${name}}}`).join(' ')
  return (
    <Textarea
      label={props.label}
      description={`${props.hint} ${t('signature.variables', { names })}`}
      autosize
      minRows={3}
      maxRows={12}
      maxLength={10_000}
      value={props.value}
      onChange={event => props.onValue(event.currentTarget.value)}
    />
  )
}
