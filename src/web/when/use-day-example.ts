import { useTranslation } from '../texts.tsx'
import { dayInDigits } from '../ui/format-time.ts'

/** How a day is typed in the language of the page: the last one of this year. */
export function useDayExample(): string {
  const { i18n } = useTranslation()
  return dayInDigits(`${new Date().getUTCFullYear()}-12-31`, i18n.language)
}
