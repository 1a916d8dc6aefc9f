/** A Date field as Postgres keeps it; null where there is none. Years beyond four digits are no ISO text that it reads. */
export function toStorableDate(iso: string | null): Date | null {
  const date = iso === null ? null : new Date(iso)
  if (date === null || Number.isNaN(date.getTime())) return null
  return date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999 ? date : null
}
