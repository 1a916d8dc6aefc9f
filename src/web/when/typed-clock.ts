/**
 * What the clock shows by what was typed: `9`, `9:30`, `0930` or `14.30` as `09:30`, `2:30 pm` as `14:30`; undefined where it is
 * no time of a day.
 */
export function typedClock(typed: string): string | undefined {
  const [, hours = '', minutes = '00', half] =
    /^\s*(\d{1,2})(?:\s*[:.]?\s*(\d{2}))?\s*(?:([ap])\.?m\.?)?\s*$/i.exec(typed) ?? []
  if (hours === '' || Number(minutes) > 59) return undefined
  const hour = half === undefined ? Number(hours) : hourOfHalf(Number(hours), half)
  return hour === undefined || hour > 23 ? undefined : `${String(hour).padStart(2, '0')}:${minutes}`
}

function hourOfHalf(hours: number, half: string): number | undefined {
  if (hours < 1 || hours > 12) return undefined
  return (hours % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
}
