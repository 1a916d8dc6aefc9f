import { LANGUAGES } from '../../shared/vocabulary.ts'
import { useTranslation } from '../texts.tsx'
import { languageName } from '../ui/language-name.ts'
import css from './door.module.css'

/** The language before anyone is signed in; each named in itself. */
export function LanguageChoice() {
  const { t, i18n } = useTranslation()
  return (
    <fieldset
      className={css.languages}
      style={{ border: 0, margin: 0, padding: 0 }}
      aria-label={t('form.language')}
    >
      {LANGUAGES.map(language => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-pressed={i18n.language === language}
          onClick={() => void i18n.speak(language)}
        >
          {languageName(language)}
        </button>
      ))}
    </fieldset>
  )
}
