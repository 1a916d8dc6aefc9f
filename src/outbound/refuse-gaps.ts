import { AppError } from '../lib/app-error.ts'
import { findGaps } from '../shared/template-variables.ts'

/** Refuses a reply in which a variable of a saved reply was left unfilled. @throws AppError `unfilled-variable` */
export function refuseGaps(text: string): void {
  const names = findGaps(text)
  if (names.length === 0) return
  throw new AppError('unfilled-variable', 'a variable has no value yet', { names, first: names[0] })
}
