import { createContext, type ReactNode, useContext } from 'react'
import { type Call, CallFailed } from './call.ts'

const ApiContext = createContext<{ call: Call; appBase: string } | null>(null)

/** Hands the API to everything below. */
export function ApiProvider(props: { call: Call; appBase: string; children: ReactNode }) {
  return <ApiContext value={{ call: props.call, appBase: props.appBase }}>{props.children}</ApiContext>
}

/** The API call of this page, and the app's base address for links to bytes. */
export function useApi(): { call: Call; appBase: string } {
  const api = useContext(ApiContext)
  if (api === null) throw new CallFailed('unexpected', 0)
  return api
}
