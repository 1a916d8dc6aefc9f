import { useNavigate } from '@tanstack/react-router'
import { useCommand } from '../keys/commands.tsx'

/** A key leads to the settings from anywhere. */
export function useSettingsCommand(): void {
  const navigate = useNavigate()
  useCommand('go-settings', () => void navigate({ to: '/settings' }))
}
