import { useTranslation } from 'react-i18next'
import css from './command-hint.module.css'
import { COMMANDS, type CommandId } from './command-list.ts'
import { Keys } from './key-names.tsx'

/** A bubble while a sequence is begun: which second keys lead where. */
export function CommandHint(props: { begun: string }) {
  const { t } = useTranslation()
  const entries = (Object.keys(COMMANDS) as CommandId[]).flatMap(id =>
    COMMANDS[id].keys
      .filter(keys => keys.startsWith(`${props.begun} `))
      .map(keys => ({ id, second: keys.slice(props.begun.length + 1) })),
  )
  return (
    <div className={css.hint} role="status">
      {entries.map(entry => (
        <span key={entry.id}>
          <Keys keys={entry.second} /> {t(`command.${entry.id}`)}
        </span>
      ))}
    </div>
  )
}
