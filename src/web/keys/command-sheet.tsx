import { Modal } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from '../texts.tsx'
import { COMMAND_GROUPS, COMMAND_IDS, COMMANDS, type CommandId } from './command-list.ts'
import css from './command-sheet.module.css'
import { KeyRange, Keys } from './key-names.tsx'
import { useBindings } from './use-bindings.ts'

const MAX_SHOWN = 3

// What is no command's: it is typed where words are, and means something there.
const SIGNS = {
  text: [
    ['/', 'reply'],
    ['@', 'mention'],
    [':', 'emoji'],
  ],
  palette: [
    ['#123', 'ticket'],
    ['#', 'tags'],
    ['@', 'people'],
    ['>', 'actions'],
    ['?', 'help'],
  ],
} as const
const SIGN_PLACES = ['text', 'palette'] as const

/** Every command with the agent's own keys, and the signs that mean something where one types; a word typed narrows it. */
export function CommandSheet(props: { onClose: () => void }) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState('')
  const isWanted = (words: string) => words.toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase())
  const matches = (id: CommandId) => isWanted(t(`command.${id}`))
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t('keys.title')}
      size={720}
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      <input
        className={css.search}
        type="search"
        placeholder={t('keys.search')}
        aria-label={t('keys.search')}
        value={wanted}
        onChange={event => setWanted(event.target.value)}
        data-autofocus
      />
      <div className={css.groups}>
        {COMMAND_GROUPS.map(group => {
          const ids = COMMAND_IDS.filter(id => COMMANDS[id].group === group && matches(id))
          if (ids.length === 0) return null
          return (
            <section key={group} className={css.group}>
              <h2>{t(`keys.group.${group}`)}</h2>
              <dl>
                {ids.map(id => (
                  <div key={id} className={css.line}>
                    <dt>{t(`command.${id}`)}</dt>
                    <dd>
                      <KeyList id={id} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          )
        })}
        {SIGN_PLACES.map(place => (
          <Signs key={place} place={place} isWanted={isWanted} />
        ))}
      </div>
      <p className={css.foot}>
        <Link to="/settings/shortcuts" onClick={props.onClose}>
          {t('keys.change')}
        </Link>
      </p>
    </Modal>
  )
}

function Signs(props: { place: keyof typeof SIGNS; isWanted: (words: string) => boolean }) {
  const { t } = useTranslation()
  const { place } = props
  const lines = SIGNS[place]
    .map(([sign, what]) => ({ sign, words: t(`keys.${place}.${what}`) }))
    .filter(({ words }) => props.isWanted(words))
  if (lines.length === 0) return null
  return (
    <section className={css.group}>
      <h2>{t(`keys.group.${place}`)}</h2>
      <dl>
        {lines.map(({ sign, words }) => (
          <div key={sign} className={css.line}>
            <dt>{words}</dt>
            <dd>
              <kbd>{sign}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function KeyList(props: { id: CommandId }) {
  const all = useBindings()[props.id]
  if (all.length === 0) return <span>—</span>
  return all.length > MAX_SHOWN ? <KeyRange all={all} /> : all.map(keys => <Keys key={keys} keys={keys} />)
}
