import { createContext, useContext } from 'react'
import { NO_SHORTCUTS } from '../../shared/shortcuts.ts'
import { type Bindings, bindingsOf } from './bindings.ts'
import { ariaKeys, type CommandId } from './command-list.ts'

/** The keys that count on this page; those of nobody in particular where nobody is signed in. */
export const BindingsContext = createContext<Bindings>(bindingsOf(NO_SHORTCUTS))

/** The agent's own keys, by command. */
export function useBindings(): Bindings {
  return useContext(BindingsContext)
}

/** The agent's own keys of a command for `aria-keyshortcuts`. */
export function useAriaKeys(): (id: CommandId) => string | undefined {
  const bindings = useBindings()
  return id => ariaKeys(bindings[id])
}
