/**
 * The name to greet somebody with: the first word of `Ivana Petrova`, the word behind the comma of `Petrova, Ivana`.
 *
 * @returns '' where no word of it is a name: an address, a number, an initial
 */
export function firstName(name: string | null): string {
  const whole = name?.trim() ?? ''
  const [last, first] = whole.split(',')
  const given = first?.trim() ? first : (last ?? '')
  const word = given.trim().split(/\s+/)[0] ?? ''
  return /^\p{L}[\p{L}\p{M}'’-]+$/u.test(word) ? word : ''
}
