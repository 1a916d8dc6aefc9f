import { Button, Select } from '@mantine/core'
import { useState } from 'react'
import { NO_SHORTCUTS, SHORTCUT_PRESETS, SHORTCUT_SCOPES, type Shortcuts } from '../../shared/shortcuts.ts'
import { bindingsOf } from '../keys/bindings.ts'
import { withKeys, withoutOwn } from '../keys/choose-keys.ts'
import { COMMAND_GROUPS, COMMAND_IDS, COMMANDS, type CommandId } from '../keys/command-list.ts'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import css from './page.module.css'
import { Card, Page } from './page.tsx'
import { ShortcutRow } from './shortcut-row.tsx'
import { useShortcuts } from './use-shortcuts.ts'

/** The agent's own keys: whose habits they begin from, which act at all, and each command's. */
export function ShortcutsPage() {
  const { t } = useTranslation()
  const { shortcuts, save } = useShortcuts()
  return (
    <Page title={t('settings.shortcuts')} hint={t('shortcuts.hint')}>
      <Beginnings shortcuts={shortcuts} onChange={save} />
      <Commands shortcuts={shortcuts} onChange={save} />
    </Page>
  )
}

type Props = { shortcuts: Shortcuts; onChange: (next: Shortcuts) => void }

function Beginnings({ shortcuts, onChange }: Props) {
  const { t } = useTranslation()
  const notices = useNotices()
  const { preset, scope, own } = shortcuts
  const isPlain = preset === NO_SHORTCUTS.preset && scope === NO_SHORTCUTS.scope && own.length === 0
  const reset = () => {
    onChange(NO_SHORTCUTS)
    notices.done(t('shortcuts.wasReset'), { undo: async () => onChange(shortcuts) })
  }
  return (
    <Card>
      <div className={css.form}>
        <Select
          label={t('shortcuts.preset')}
          description={t('shortcuts.preset.hint')}
          allowDeselect={false}
          data={SHORTCUT_PRESETS.map(value => ({ value, label: t(`shortcuts.preset.${value}`) }))}
          value={preset}
          onChange={chosen =>
            onChange({ ...shortcuts, preset: SHORTCUT_PRESETS.find(one => one === chosen) ?? preset })
          }
        />
        <Select
          label={t('shortcuts.scope')}
          description={t('shortcuts.scope.hint')}
          allowDeselect={false}
          data={SHORTCUT_SCOPES.map(value => ({ value, label: t(`shortcuts.scope.${value}`) }))}
          value={scope}
          onChange={chosen =>
            onChange({ ...shortcuts, scope: SHORTCUT_SCOPES.find(one => one === chosen) ?? scope })
          }
        />
        <div className={css.actions}>
          <Button variant="default" disabled={isPlain} onClick={reset}>
            {t('shortcuts.reset')}
          </Button>
        </div>
      </div>
    </Card>
  )
}

function Commands({ shortcuts, onChange }: Props) {
  const { t } = useTranslation()
  const [changed, setChanged] = useState<CommandId>()
  // Also what is switched off is shown with its keys, and can be changed.
  const bindings = bindingsOf({ ...shortcuts, scope: 'all' })
  return COMMAND_GROUPS.map(group => (
    <Card key={group} title={t(`keys.group.${group}`)}>
      <ul className={css.rows}>
        {COMMAND_IDS.filter(id => COMMANDS[id].group === group).map(id => (
          <ShortcutRow
            key={id}
            id={id}
            bindings={bindings}
            isOwn={shortcuts.own.some(one => one.command === id)}
            isChanged={changed === id}
            onChanged={isChanged => setChanged(isChanged ? id : undefined)}
            onKeys={keys => onChange(withKeys(shortcuts, id, keys))}
            onReset={() => onChange(withoutOwn(shortcuts, id))}
          />
        ))}
      </ul>
    </Card>
  ))
}
