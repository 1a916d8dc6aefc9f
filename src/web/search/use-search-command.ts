import { useNavigate } from '@tanstack/react-router'
import { useCommand, useHeldTyping } from '../keys/commands.tsx'

/** Where the search command puts the caret. */
export const SEARCH_FIELD = 'search-field'

/** `/` leads to the search from anywhere; what is typed before its field is there waits for it. */
export function useSearchCommand(): void {
  const navigate = useNavigate()
  const held = useHeldTyping()
  useCommand('search', () => {
    const field = document.getElementById(SEARCH_FIELD)
    if (field instanceof HTMLInputElement && field.offsetParent !== null) {
      field.focus()
      field.select()
      return
    }
    held.begin()
    void navigate({ to: '/search', search: { q: '' } })
  })
}
