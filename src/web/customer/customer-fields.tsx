import { NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Customer } from '../../shared/customers.ts'
import { LANGUAGES, type Language } from '../../shared/vocabulary.ts'
import { useAgents } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { fullTime } from '../ui/format-time.ts'
import { languageName } from '../ui/language-name.ts'
import { useNotices } from '../ui/notices.tsx'
import { useTimeStyle } from '../ui/use-now.ts'
import css from './customer-panel.module.css'
import { useChangeCustomer } from './use-customer.ts'

/** Saves a change, and says so where it fails. @returns whether it is saved */
function useSave(customer: Customer) {
  const change = useChangeCustomer()
  const notices = useNotices()
  return async (what: Parameters<typeof change>[1]): Promise<boolean> => {
    try {
      await change(customer.id, what)
      return true
    } catch (error) {
      notices.failed(error)
      return false
    }
  }
}

const asTyped = (typed: string): string => typed
const trimmed = (typed: string): string => typed.trim()

/** A text that shows what is kept, also as somebody else changes it, until something is typed; what cannot be saved stays. */
function useTyped(kept: string, save: (wanted: string) => Promise<boolean>, tidy = asTyped) {
  const [typed, setTyped] = useState<string>()
  const settle = async () => {
    if (typed === undefined) return
    const wanted = tidy(typed)
    const isSaved = wanted === kept || (await save(wanted))
    if (isSaved) setTyped(now => (now === typed ? undefined : now))
  }
  return {
    value: typed ?? kept,
    type: setTyped,
    drop: () => setTyped(undefined),
    settle: () => void settle(),
  }
}

/** The name, changed in its place: leaving the field or Enter saves it, Esc takes it back. */
export function CustomerName(props: { customer: Customer }) {
  const { t } = useTranslation()
  const { customer } = props
  const save = useSave(customer)
  const name = useTyped(customer.name ?? '', wanted => save({ name: wanted || null }), trimmed)
  return (
    <textarea
      className={css.name}
      rows={1}
      aria-label={t('customer.name')}
      placeholder={t('customer.name')}
      maxLength={200}
      dir="auto"
      value={name.value}
      onChange={event => name.type(event.target.value.replace(/\s*\n\s*/g, ' '))}
      onBlur={name.settle}
      onKeyDown={event => {
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') {
          event.preventDefault()
          event.currentTarget.blur()
        }
        if (event.key === 'Escape') name.drop()
      }}
    />
  )
}

/** The phone number, as the name is changed. */
export function CustomerPhone(props: { customer: Customer }) {
  const { t } = useTranslation()
  const { customer } = props
  const save = useSave(customer)
  const phone = useTyped(customer.phone ?? '', wanted => save({ phone: wanted || null }), trimmed)
  return (
    <TextInput
      className={css.part}
      label={t('customer.phone')}
      type="tel"
      size="xs"
      maxLength={60}
      value={phone.value}
      onChange={event => phone.type(event.currentTarget.value)}
      onBlur={phone.settle}
      onKeyDown={event => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) event.currentTarget.blur()
      }}
    />
  )
}

/** The language mail to them is written in: what they last wrote in, or what an agent chose. */
export function CustomerLanguage(props: { customer: Customer }) {
  const { t, i18n } = useTranslation()
  const { customer } = props
  const save = useSave(customer)
  const named = (language: string) => languageName(language, i18n.language)
  const { language } = customer
  const own = language === null ? t('customer.languageUnknown') : named(language)
  return (
    <NativeSelect
      className={css.part}
      label={t('customer.language')}
      size="xs"
      value={customer.isLanguageChosen ? (language ?? '') : ''}
      onChange={event => {
        const chosen = LANGUAGES.find(one => one === event.currentTarget.value)
        void save({ language: chosen ?? null })
      }}
      data={[
        {
          value: '',
          label: customer.isLanguageChosen
            ? t('customer.languageOfMails')
            : t('customer.languageByMails', { language: own }),
        },
        ...LANGUAGES.map((one: Language) => ({ value: one, label: named(one) })),
      ]}
    />
  )
}

function useNoteChange({ noteChange }: Customer): string | undefined {
  const { t } = useTranslation()
  const style = useTimeStyle()
  const agents = useAgents().data
  if (noteChange == null) return undefined
  const name = agents?.find(agent => agent.id === noteChange.agentId)?.name ?? t('agent.unknown')
  return t('customer.noteChange', { name, time: fullTime(new Date(noteChange.at), style) })
}

/** What the team knows about them; customers never see it. Saved when the field is left. */
export function CustomerNote(props: { customer: Customer }) {
  const { t } = useTranslation()
  const { customer } = props
  const save = useSave(customer)
  const note = useTyped(customer.note, note => save({ note }))
  const changed = useNoteChange(customer)
  return (
    <Textarea
      className={css.part}
      classNames={{ input: css.note ?? '' }}
      label={t('customer.note')}
      description={changed === undefined ? t('customer.noteHint') : `${t('customer.noteHint')} ${changed}`}
      size="xs"
      rows={2}
      resize="vertical"
      maxLength={20_000}
      dir="auto"
      value={note.value}
      onChange={event => note.type(event.currentTarget.value)}
      onBlur={note.settle}
    />
  )
}
