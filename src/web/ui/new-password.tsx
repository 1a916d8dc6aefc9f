import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import { useTranslation } from '../texts.tsx'

type Props = Pick<PasswordInputProps, 'label' | 'value' | 'error' | 'inputWrapperOrder'> & {
  onValue: (value: string) => void
}

/** The field of a password being chosen: at least 10 characters, as the API asks, offered to password stores as new. */
export function NewPassword({ onValue, ...props }: Props) {
  const { t } = useTranslation()
  return (
    <PasswordInput
      {...props}
      description={t('form.passwordHint')}
      autoComplete="new-password"
      required
      minLength={10}
      visibilityToggleButtonProps={{ 'aria-label': t('form.showPassword') }}
      onChange={event => onValue(event.currentTarget.value)}
    />
  )
}
