/**
 * Keeps what is typed while a text field is on its way: after `r` in the list, until the ticket has come and
 * its composer is open. Without it the letters of a fast typist would act as commands (`e` closes).
 */
export type HeldTyping = {
  /** From now on letters are kept, until a text field takes the focus and gets them. */
  begin: () => void
  /** Runs what was chosen in a frame or so. Where it asks for no field, what was typed meanwhile is forgotten. */
  during: (run: () => void) => void
  /** The field will not come, or the reader did something else: what was kept is forgotten. */
  drop: () => void
  /** Does it once the composer has got what was typed, as sending it; false when nothing is held. */
  follow: (act: () => void) => boolean
  /** Keeps the key of this press; false when it is not for the field, or nothing is held. */
  take: (event: KeyboardEvent) => boolean
  /** Gives what was kept to a text field that has just taken the focus. */
  give: (target: EventTarget | null) => void
}

/** Tells a text that is edited as a page (the composer's) what was typed before it was there: `detail`. */
export const TYPED_TEXT_EVENT = 'letterdesk-typed'

// Longer than a slow answer takes; then single keys are commands again.
const HOLD_LIMIT_MS = 15_000

const SWALLOWED = ['Dead', 'Process', 'ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight']

/** Makes the keeper of the page; nothing is held at first. */
export function createHeldTyping(): HeldTyping {
  let text: string | undefined
  let timer: number | undefined
  let isAsked = false
  let following: (() => void) | undefined
  const hold = (kept: string | undefined) => {
    text = kept
  }
  const drop = () => {
    window.clearTimeout(timer)
    following = undefined
    hold(undefined)
  }
  return {
    begin: () => {
      isAsked = true
      window.clearTimeout(timer)
      // Asked for a second time, when the ticket has come: what was typed since the first stays.
      hold(text ?? '')
      timer = window.setTimeout(drop, HOLD_LIMIT_MS)
    },
    during: run => {
      isAsked = false
      run()
      if (!isAsked) drop()
    },
    drop,
    follow: act => {
      if (text === undefined) return false
      following ??= act
      return true
    },
    take: event => {
      if (text === undefined) return false
      const next = typedOnto(text, event)
      if (next === 'not ours') return false
      if (next === undefined) drop()
      // What was typed after it was asked to be sent is no part of it.
      else if (following === undefined) hold(next)
      return next !== undefined
    },
    give: target => {
      if (text === undefined || !isTextField(target)) return
      const [kept, act] = [text, isEditedText(target) ? following : undefined]
      drop()
      // After the one who moved the focus has also placed the caret.
      queueMicrotask(() => {
        if (kept !== '') insert(target, kept)
        act?.()
      })
    },
  }
}

/** The text with one more key typed; undefined when the key gives up, `not ours` when it is no typing. */
function typedOnto(text: string, event: KeyboardEvent): string | undefined | 'not ours' {
  // AltGr types letters, and Windows tells it as Ctrl+Alt.
  const isTyped = event.getModifierState('AltGraph') || !(event.ctrlKey || event.metaKey)
  if (!isTyped) return 'not ours'
  if (event.key === 'Escape') return undefined
  if (event.key === 'Enter') return `${text}\n`
  if (event.key === 'Backspace') return [...text].slice(0, -1).join('')
  if (SWALLOWED.includes(event.key)) return text
  return [...event.key].length === 1 ? text + event.key : 'not ours'
}

type TextField = HTMLInputElement | HTMLTextAreaElement | EditedText
type EditedText = HTMLElement & { readonly isContentEditable: true }

function isTextField(target: EventTarget | null): target is TextField {
  if (target instanceof HTMLTextAreaElement || isEditedText(target)) return true
  return target instanceof HTMLInputElement && ['text', 'search'].includes(target.type)
}

function isEditedText(target: EventTarget | null): target is EditedText {
  return target instanceof HTMLElement && target.isContentEditable
}

// An event of its own, as React learns of the change by it.
function insert(field: TextField, text: string): void {
  if (isEditedText(field)) {
    field.dispatchEvent(new CustomEvent(TYPED_TEXT_EVENT, { detail: text }))
    return
  }
  if (field instanceof HTMLTextAreaElement) {
    insertText(field, text)
    return
  }
  // In a field of one line Enter chooses, or sends it off: once what was typed before it is on the page.
  const [line = '', ...more] = text.split('\n')
  if (line !== '') insertText(field, line)
  if (more.length > 0) window.setTimeout(() => pressEnter(field))
}

function insertText(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  const { selectionStart, selectionEnd, value } = field
  field.setRangeText(text, selectionStart ?? value.length, selectionEnd ?? value.length, 'end')
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText', data: text }))
}

function pressEnter(field: HTMLInputElement): void {
  const press = new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true })
  if (field.dispatchEvent(press)) field.form?.requestSubmit()
}
