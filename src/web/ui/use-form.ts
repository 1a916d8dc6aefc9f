import { useState } from 'react'
import { useTranslation } from '../texts.tsx'
import { fieldFaults } from './fault-words.ts'

/** A form: its values, what the server refused in single fields, and a submit that waits for the answer. */
export type Form<V> = {
  values: V
  set: (patch: Partial<V>) => void
  isBusy: boolean
  error: unknown
  /** The words about one field, undefined when nothing is wrong with it. */
  wrong: (field: keyof V & string) => string | undefined
  submit: (event?: { preventDefault: () => void }) => void
}

/** Keeps the values of a form and sends them; a refusal stays on the form until the next try. */
export function useForm<V extends object>(initial: V, send: (values: V) => Promise<void>): Form<V> {
  const { t } = useTranslation()
  const [values, setValues] = useState(initial)
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const wrongs = fieldFaults(t, error)
  const run = async () => {
    setIsBusy(true)
    setError(undefined)
    try {
      await send(values)
    } catch (reason) {
      setError(reason)
    } finally {
      setIsBusy(false)
    }
  }
  return {
    values,
    set: patch => setValues(now => ({ ...now, ...patch })),
    isBusy,
    error,
    wrong: field => wrongs[field],
    submit: event => {
      event?.preventDefault()
      if (!isBusy) void run()
    },
  }
}
