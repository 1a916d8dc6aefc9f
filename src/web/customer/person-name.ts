import type { Customer } from '../../shared/customers.ts'

/** What a person is called: by name, else by what else is known of them; '' where that is nothing. */
export function personName({
  name,
  addresses,
  phone,
}: Pick<Customer, 'name' | 'addresses' | 'phone'>): string {
  return name ?? addresses[0] ?? phone ?? ''
}
