import { AppError } from '../lib/app-error.ts'
import { keyRefusal, keysClash, type Shortcuts } from '../shared/shortcuts.ts'

/**
 * Refuses keys that could not act or would take a key of browsers and screen readers. Commands are the web app's to
 * know: one that another version has is kept.
 *
 * @throws AppError `bad-shortcut` with the `command`, its `keys` and the `reason`
 */
export function checkShortcuts({ own }: Shortcuts): void {
  const named = new Set<string>()
  const given: string[] = []
  for (const { command, keys: all } of own) {
    if (named.has(command)) refuse(command, '', 'twice')
    named.add(command)
    for (const keys of all) {
      const reason = keyRefusal(keys)
      if (reason !== undefined) refuse(command, keys, reason)
      if (given.some(other => keysClash(other, keys))) refuse(command, keys, 'taken')
      given.push(keys)
    }
  }
}

function refuse(command: string, keys: string, reason: string): never {
  throw new AppError('bad-shortcut', 'these keys cannot be given', { command, keys, reason })
}
