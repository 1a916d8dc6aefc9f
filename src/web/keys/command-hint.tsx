import { useTranslation } from '../texts.tsx'
import css from './command-hint.module.css'
import { COMMAND_IDS } from './command-list.ts'
import { Keys } from './key-names.tsx'
import { useBindings } from './use-bindings.ts'

/** A bubble while a sequence is begun: which second keys lead where. */
export function CommandHint(props: { begun: string }) {
  const { t } = useTranslation()
  const bindings = useBindings()
  const entries = COMMAND_IDS.flatMap(id =>
    bindings[id]
      .filter(keys => keys.startsWith(`${props.begun} `))
      .slice(0, 1)
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
