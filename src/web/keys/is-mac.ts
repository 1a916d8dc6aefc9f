/** Whether ⌘ is the key that others have Ctrl for. */
export function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.platform)
}
