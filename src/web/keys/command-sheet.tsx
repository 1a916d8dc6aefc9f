import { Modal } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { COMMAND_GROUPS, COMMANDS, type CommandId } from './command-list.ts'
import css from './command-sheet.module.css'
import { Keys } from './key-names.tsx'

const IDS = Object.keys(COMMANDS) as CommandId[]

/** Every command with its keys; a word typed narrows it. */
export function CommandSheet(props: { onClose: () => void }) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState('')
  const matches = (id: CommandId) =>
    t(`command.${id}`).toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase())
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
          const ids = IDS.filter(id => COMMANDS[id].group === group && matches(id))
          if (ids.length === 0) return null
          return (
            <section key={group} className={css.group}>
              <h2>{t(`keys.group.${group}`)}</h2>
              <dl>
                {ids.map(id => (
                  <div key={id} className={css.line}>
                    <dt>{t(`command.${id}`)}</dt>
                    <dd>
                      {COMMANDS[id].keys.map(keys => (
                        <Keys key={keys} keys={keys} />
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          )
        })}
      </div>
    </Modal>
  )
}
