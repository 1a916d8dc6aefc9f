import { TextInput } from '@mantine/core'
import { Pencil } from 'lucide-react'
import { useState } from 'react'
import { linkTarget } from '../../shared/link-target.ts'
import { CUSTOMER_FIELD_LIMITS as LIMITS } from '../../shared/vocabulary.ts'
import { useTranslation } from '../texts.tsx'
import { fullAddress } from '../ui/full-address.ts'
import { IconButton } from '../ui/icon-button.tsx'
import css from './customer-panel.module.css'
import { useFieldWords } from './field-words.ts'
import { type FieldProps, inputProps, useField } from './use-field.ts'

/** A link to follow; a button beside it changes it. */
export function LinkField(props: FieldProps) {
  const { t } = useTranslation()
  const { field } = props
  const wordsOf = useFieldWords()
  const [isOpen, setIsOpen] = useState(false)
  const state = useField(props)
  const value = state.value === null ? '' : String(state.value)
  if (value !== '' && !isOpen && state.draft === undefined) {
    return (
      <div className={css.part}>
        <p className={css.label}>{field.name}</p>
        <div className={css.linked}>
          <FollowedLink href={value} words={wordsOf(field, value)} />
          <IconButton
            icon={Pencil}
            name={t('customer.changeLink', { name: field.name })}
            onClick={() => setIsOpen(true)}
          />
        </div>
      </div>
    )
  }
  const typed = state.draft ?? value
  const save = () => {
    setIsOpen(false)
    const address = fullAddress(typed)
    if (address === '') state.save(null)
    else if (linkTarget(address) === undefined) state.refuse()
    else state.save(address, typed)
  }
  return (
    <TextInput
      {...inputProps(props, state)}
      ref={isOpen ? selectWords : state.ref}
      inputMode="url"
      placeholder="https://"
      autoComplete="off"
      spellCheck={false}
      maxLength={LIMITS.linkChars}
      value={typed}
      onChange={event => state.setDraft(event.currentTarget.value)}
      onBlur={save}
    />
  )
}

function selectWords(input: HTMLInputElement | null): void {
  input?.focus()
  input?.select()
}

// What the server keeps is a link already; whoever shows one asks the same rule once more.
function FollowedLink(props: { href: string; words: string }) {
  const href = linkTarget(props.href)
  if (href === undefined) return <span className={css.address}>{props.href}</span>
  return (
    <a className={css.subject} href={href} title={href} target="_blank" rel="noopener noreferrer nofollow">
      {props.words}
    </a>
  )
}
