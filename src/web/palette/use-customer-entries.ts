import { useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import type { KnownCustomer } from '../../shared/customers.ts'
import { useCustomersLike } from '../customer/use-customers-like.ts'
import { type Entry, makeEntry } from './find-entries.ts'

// The server is asked when typing pauses, not with each key of a command's name.
const PAUSE_MS = 150

/** Customers whose name or address is being typed; choosing one finds what they wrote. */
export function useCustomerEntries(typed: string): Entry[] {
  const navigate = useNavigate()
  const wanted = soughtName(typed)
  const asked = usePaused(wanted)
  const customers = useCustomersLike(wanted === '' ? '' : asked)
  return useMemo(
    () =>
      customers.map(customer => {
        const { id, name, address, phone } = customer
        const run = () => void navigate({ to: '/search', search: { q: queryOf(customer) } })
        const words = [name, address ?? phone].filter(part => part !== null).join(' · ')
        return makeEntry({ id: `customer.${id}.${address ?? ''}`, kind: 'customer', words, run })
      }),
    [navigate, customers],
  )
}

// `@` narrows to people; the other signs, and numbers, to what is no person.
function soughtName(typed: string): string {
  const text = typed.trim()
  return /^[>#?]|^\d+$/.test(text) ? '' : text.replace(/^@\s*/, '')
}

function queryOf({ name, address }: KnownCustomer): string {
  return address === null ? `from:"${(name ?? '').replaceAll('"', ' ')}"` : `from:${address}`
}

function usePaused(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), PAUSE_MS)
    return () => window.clearTimeout(timer)
  }, [text])
  return settled
}
