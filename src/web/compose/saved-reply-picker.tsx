import { Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { OfferedReply } from '../../shared/saved-replies.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { languageName } from '../ui/language-name.ts'
import { ListField } from '../ui/list-field.tsx'
import { useListKeys } from '../ui/use-list-keys.ts'
import { GapText } from './gap-text.tsx'
import css from './saved-reply-picker.module.css'

/** Where the saved replies come from, and under what they are remembered. */
export type OfferSource = { key: readonly unknown[]; load: () => Promise<OfferedReply[]> }

/**
 * The saved replies of a ticket: type to narrow by name, folder or words, arrows to move, Enter to put the chosen
 * one into the reply; beside the list stands what it would say, with its gaps.
 */
export function SavedReplyPicker(props: {
  offer: OfferSource
  isOpen: boolean
  onClose: () => void
  onChoose: (reply: OfferedReply) => void
}) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title={t('savedReplies.pick')}
      size={720}
      returnFocus={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      {props.isOpen && <PickerBody {...props} />}
    </Modal>
  )
}

function PickerBody(props: Omit<Parameters<typeof SavedReplyPicker>[0], 'isOpen' | 'onClose'>) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const offered = useQuery({
    queryKey: ['offered-replies', ...props.offer.key],
    queryFn: props.offer.load,
    staleTime: 0,
  })
  const shown = narrow(offered.data ?? [], typed)
  const choose = (row: number) => {
    const reply = shown[row]
    if (reply !== undefined) props.onChoose(reply)
  }
  const keys = useListKeys(shown.length, choose)
  const chosen = shown[keys.at]
  return (
    <div className={css.body}>
      <ListField
        className={css.search}
        name={t('savedReplies.search')}
        typed={typed}
        onType={setTyped}
        keys={keys}
        hasOptions={shown.length > 0}
      />
      {offered.isError && <Fault error={offered.error} onRetry={() => void offered.refetch()} />}
      <div className={css.columns}>
        <div role="listbox" id={keys.listId} aria-label={t('savedReplies.pick')} className={css.list}>
          {shown.map((reply, row) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus (aria-activedescendant)
            // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the field chooses
            <div
              key={reply.id}
              id={keys.optionId(row)}
              role="option"
              aria-selected={row === keys.at}
              className={css.choice}
              onMouseMove={() => keys.setAt(row)}
              onClick={() => choose(row)}
            >
              <span className={css.name}>{reply.name}</span>
              <span className={css.about}>
                {[reply.folder, languageName(reply.language)].filter(part => part !== '').join(' · ')}
              </span>
            </div>
          ))}
          {offered.data !== undefined && shown.length === 0 && (
            <p className={css.none}>{t('savedReplies.none')}</p>
          )}
        </div>
        {chosen !== undefined && (
          <div className={css.preview} lang={chosen.language}>
            <GapText text={chosen.text} />
          </div>
        )}
      </div>
    </div>
  )
}

function narrow(replies: readonly OfferedReply[], typed: string): OfferedReply[] {
  const words = typed.trim().toLocaleLowerCase().split(/\s+/)
  const place = ({ name, text }: OfferedReply) =>
    Number(!name.toLocaleLowerCase().includes(words[0] ?? '')) + Number(text === '')
  return replies
    .filter(reply => {
      const all = `${reply.name} ${reply.folder} ${reply.text}`.toLocaleLowerCase()
      return words.every(word => all.includes(word))
    })
    .sort((one, other) => place(one) - place(other))
}
