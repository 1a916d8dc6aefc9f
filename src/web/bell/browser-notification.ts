/** Whether the browser may show something outside the page; `unable` where it cannot on this page at all. */
export type BrowserLeave = NotificationPermission | 'unable'

/** What the browser was told about us. */
export function browserLeave(): BrowserLeave {
  return 'Notification' in window && window.isSecureContext ? Notification.permission : 'unable'
}

/** Asks the agent, by the browser's own question: only ever after a click. */
export async function askBrowser(): Promise<BrowserLeave> {
  if (browserLeave() === 'unable') return 'unable'
  return await Notification.requestPermission()
}

/** Shows a few words outside the page, in place of those before; a click on them brings the page to the front. */
export function showOutside(words: { title: string; body: string; icon: string }, onClick: () => void): void {
  if (browserLeave() !== 'granted') return
  try {
    const { title, ...more } = words
    const shown = new Notification(title, { ...more, tag: 'letterdesk' })
    shown.onclick = () => {
      window.focus()
      shown.close()
      onClick()
    }
  } catch (error) {
    // Chrome on Android shows those of a service worker only; the list has it.
    console.warn('the browser shows nothing', error)
  }
}
