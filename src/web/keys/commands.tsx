import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { NO_SHORTCUTS } from '../../shared/shortcuts.ts'
import { useKnownMe } from '../session.ts'
import { type Bindings, bindingsOf } from './bindings.ts'
import { type CommandId, type Runnable, SENDS } from './command-list.ts'
import { createHeldTyping, type HeldTyping } from './hold-typing.ts'
import { isMac } from './is-mac.ts'
import { actsInText, chordsOf, type KeyStep, stepKeys, tellsForeign } from './match-key.ts'
import { BindingsContext } from './use-bindings.ts'

// 1.2 s: how long a sequence such as `g m` waits for its second key.
const SEQUENCE_TIMEOUT_MS = 1200

/** What a command does where several parts of the page know one: those that go first, then the latest. */
type Run = { act: (keys: string) => void; goesFirst: boolean; gate: Gate | null }

type Gate = { isShut: boolean }

type Registry = {
  runs: Map<CommandId, readonly Run[]>
  /** Sees a press before anyone else: the layer that Esc closes is gone when `press` comes. */
  look: (event: KeyboardEvent) => void
  press: (event: KeyboardEvent) => void
  held: HeldTyping
  bind: (bindings: Bindings) => void
}

const CommandContext = createContext<Registry | null>(null)

const GateContext = createContext<Gate | null>(null)

/** Shut, no command of what is in it can be run: it is still shown, and already left. */
export function CommandGate(props: { isShut: boolean; children: ReactNode }) {
  const [gate] = useState<Gate>({ isShut: false })
  useLayoutEffect(() => {
    gate.isShut = props.isShut
  }, [gate, props.isShut])
  return <GateContext value={gate}>{props.children}</GateContext>
}

/** Listens to the keyboard for every command registered below; shows a hint while a sequence is begun. */
export function CommandProvider(props: { children: ReactNode; hint: (begun: string) => ReactNode }) {
  const [begun, setBegun] = useState<string>()
  const registry = useMemo(() => createRegistry(setBegun), [])
  const shortcuts = useKnownMe()?.shortcuts
  const bindings = useMemo(() => bindingsOf(shortcuts ?? NO_SHORTCUTS), [shortcuts])
  registry.bind(bindings)
  useEffect(() => {
    window.addEventListener('keydown', registry.look, { capture: true })
    window.addEventListener('keydown', registry.press)
    const give = (event: FocusEvent) => registry.held.give(event.target)
    window.addEventListener('focusin', give)
    window.addEventListener('pointerdown', registry.held.drop)
    return () => {
      window.removeEventListener('focusin', give)
      window.removeEventListener('pointerdown', registry.held.drop)
      window.removeEventListener('keydown', registry.look, { capture: true })
      window.removeEventListener('keydown', registry.press)
    }
  }, [registry])
  return (
    <CommandContext value={registry}>
      <BindingsContext value={bindings}>
        {props.children}
        {begun !== undefined && props.hint(begun)}
      </BindingsContext>
    </CommandContext>
  )
}

/**
 * Ties what a command does to its keys while the calling component is shown. The latest `run` counts;
 * undefined switches the command off. It is told by which keys it was called, '' where it was not by keys.
 *
 * @param options `goesFirst`: before whatever else knows the command, as what is selected goes before what is open
 */
export function useCommand(
  id: CommandId,
  run: ((keys: string) => void) | undefined,
  { goesFirst = false }: { goesFirst?: boolean } = {},
): void {
  const registry = useContext(CommandContext)
  const gate = useContext(GateContext)
  const latest = useRef(run)
  latest.current = run
  const isOn = run !== undefined
  useEffect(() => {
    if (registry === null || !isOn) return
    const own: Run = { act: keys => latest.current?.(keys), goesFirst, gate }
    registry.runs.set(id, [...(registry.runs.get(id) ?? []), own])
    return () => {
      const others = (registry.runs.get(id) ?? []).filter(other => other !== own)
      if (others.length > 0) registry.runs.set(id, others)
      else registry.runs.delete(id)
    }
  }, [registry, gate, id, isOn, goesFirst])
}

function runOf(runs: readonly Run[] | undefined): Run | undefined {
  const open = runs?.filter(run => run.gate?.isShut !== true)
  return open?.findLast(run => run.goesFirst) ?? open?.at(-1)
}

/** The commands that can be run where the caller is shown. */
export function useRunnable(): Runnable {
  const registry = useContext(CommandContext)
  const [runnable] = useState(() => ({
    has: (id: CommandId) => runOf(registry?.runs.get(id)) !== undefined,
    isOfSelection: (id: CommandId) => runOf(registry?.runs.get(id))?.goesFirst ?? false,
    run: (id: CommandId) => runOf(registry?.runs.get(id))?.act(''),
  }))
  return runnable
}

/** Passes on key presses that happened in another document, such as the frame of a mail. */
export function useKeyPress(): (event: KeyboardEvent) => void {
  const registry = useContext(CommandContext)
  return event => {
    registry?.look(event)
    registry?.press(event)
  }
}

/** Holds back what is typed until the text field that a command asked for is there. */
export function useHeldTyping(): Pick<HeldTyping, 'begin' | 'drop' | 'during'> {
  const registry = useContext(CommandContext)
  if (registry === null) throw new Error('useHeldTyping outside CommandProvider')
  return registry.held
}

function createRegistry(showBegun: (begun: string | undefined) => void): Registry {
  const runs: Registry['runs'] = new Map()
  let begun: string | undefined
  let timer: number | undefined
  const begin = (chord: string | undefined) => {
    begun = chord
    showBegun(chord)
    window.clearTimeout(timer)
    if (chord !== undefined) timer = window.setTimeout(() => begin(undefined), SEQUENCE_TIMEOUT_MS)
  }
  let isUnderLayer = false
  let isForeign = false
  let bindings = bindingsOf(NO_SHORTCUTS)
  const held = createHeldTyping()
  const look = (event: KeyboardEvent) => {
    isUnderLayer = isLayerOpen()
    isForeign = tellsForeign(event) ?? isForeign
    if (isTyping(event) || !(held.take(event) || holdSend(event))) return
    event.preventDefault()
    event.stopPropagation()
  }
  // Sends what is typed ahead when its composer is there: by what the key does then, not by what it does now.
  const holdSend = (event: KeyboardEvent): boolean => {
    const chords = isUnderLayer ? [] : chordsOf(event, isForeign)
    const id = SENDS.find(send => bindings[send].some(keys => chords.includes(keys)))
    return id !== undefined && held.follow(() => runOf(runs.get(id))?.act(''))
  }
  const press = (event: KeyboardEvent) => {
    const chords = event.defaultPrevented || isUnderLayer ? [] : chordsOf(event, isForeign)
    if (chords.length === 0) return
    const known = knownKeys(runs, bindings)
    const step = stepKeys(known.keys, begun, chords)
    if (begun !== undefined) begin(undefined)
    if (step === 'nothing' || !mayAct(event, step)) return
    if ('begun' in step) {
      begin(step.begun)
      return
    }
    event.preventDefault()
    known.run(step.run)
  }
  const bind = (chosen: Bindings) => {
    bindings = chosen
  }
  return { runs, look, press, held, bind }
}

// In a text field only what `actsInText` allows; Enter stays with a focused button or link, Space with a button.
function mayAct(event: KeyboardEvent, step: Exclude<KeyStep, 'nothing'>): boolean {
  if ('begun' in step) return !isTyping(event)
  if (isTyping(event)) return actsInText(step.run) && !isCaretKey(event)
  if (step.run === 'space') return !isPressable(event)
  return step.run !== 'enter' || !isControl(event)
}

// On a Mac, Ctrl with a letter moves the caret: Ctrl+E to the end of the line.
function isCaretKey(event: KeyboardEvent): boolean {
  return isMac() && event.ctrlKey && !event.metaKey && /^Key/.test(event.code)
}

function knownKeys(runs: Registry['runs'], bindings: Bindings) {
  const byKeys = new Map<string, Run>()
  for (const [id, known] of runs) {
    const run = runOf(known)
    if (run === undefined) continue
    for (const keys of bindings[id]) byKeys.set(keys, run)
  }
  return { keys: new Set(byKeys.keys()), run: (keys: string) => byKeys.get(keys)?.act(keys) }
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target
  return (
    isElement(target) &&
    target.closest('input, textarea, select, [contenteditable=""], [contenteditable="true"]') !== null
  )
}

function isControl(event: KeyboardEvent): boolean {
  return isElement(event.target) && event.target.closest('a, button, summary, [role="option"]') !== null
}

function isPressable(event: KeyboardEvent): boolean {
  return isElement(event.target) && event.target.closest('button, summary, [role="option"]') !== null
}

// Not instanceof: an element of a frame is of that frame's Element.
function isElement(target: EventTarget | null): target is Element {
  return target !== null && 'closest' in target
}

// A dialog, menu or list that is open has the keyboard to itself; not what is only offered below a field.
function isLayerOpen(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]:not([data-offer])') !== null
}
