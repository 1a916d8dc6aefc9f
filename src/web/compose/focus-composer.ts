/** Moves the focus into the composer's text, behind the last word; into its first button while it is idle. */
export function focusComposer(): void {
  const composer = document.getElementById('composer')
  composer?.focus()
  if (composer instanceof HTMLTextAreaElement) {
    composer.setSelectionRange(composer.value.length, composer.value.length)
  }
}
