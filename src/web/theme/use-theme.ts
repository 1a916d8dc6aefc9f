import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useCommand } from '../keys/commands.tsx'

/** Changes between light and dark and remembers it in this browser; until then the system decides. */
export function useToggleTheme(): () => void {
  const { setColorScheme } = useMantineColorScheme()
  const shown = useComputedColorScheme('light')
  return () => setColorScheme(shown === 'dark' ? 'light' : 'dark')
}

/** Ties the theme to its key. */
export function useThemeCommand(): void {
  useCommand('theme', useToggleTheme())
}
