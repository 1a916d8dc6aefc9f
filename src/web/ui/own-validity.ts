import type { TFunction } from '../words-of.ts'

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

/**
 * What keeps a form from being sent is told in the agent's language, where the browser would tell it in its own: a field left
 * empty, an address that is none, a password that is too short.
 *
 * @param t reads the language of the moment
 */
export function tellValidityInOwnWords(t: TFunction): void {
  const told = new Set<Field>()
  const takeBack = () => {
    for (const field of told) field.setCustomValidity('')
    told.clear()
  }
  // Before a form is looked at again, as what it holds may have been put there by us.
  for (const kind of ['input', 'change', 'pointerdown', 'keydown']) {
    document.addEventListener(kind, takeBack, { capture: true, passive: true })
  }
  document.addEventListener(
    'invalid',
    ({ target }) => {
      const field = target as Field
      const words = field.validity.customError ? undefined : wordsOf(field, t)
      if (words === undefined) return
      field.setCustomValidity(words)
      told.add(field)
    },
    { capture: true },
  )
}

function wordsOf({ type, validity }: Field, t: TFunction): string | undefined {
  if (validity.valueMissing) return t('form.required')
  if (validity.tooShort) return t('form.passwordHint')
  if (!validity.typeMismatch) return undefined
  return t(type === 'email' ? 'form.notEmail' : 'form.notUrl')
}
