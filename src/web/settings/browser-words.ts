// In this order: the later ones also call themselves by the names of the earlier.
const BROWSERS = [
  ['Edge', /\bEdgA?\/(\d+)/],
  ['Opera', /\bOPR\/(\d+)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /\b(?:Headless)?(?:Chrome|CriOS)\/(\d+)/],
  ['Safari', /\bVersion\/(\d+)[.\d]* (?:Mobile\/\S+ )?Safari\//],
] as const
const SYSTEMS = [
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
] as const

/** A User-Agent header as people know their browser, `Firefox 140 · Windows`; as it came when it is neither. */
export function browserWords(userAgent: string): string {
  const browser = BROWSERS.map(([name, sign]) => [name, sign.exec(userAgent)?.[1]] as const).find(
    ([, version]) => version !== undefined,
  )
  const system = SYSTEMS.find(([, sign]) => sign.test(userAgent))?.[0]
  const words = [browser?.join(' '), system].filter(part => part !== undefined)
  return browser === undefined ? userAgent.slice(0, 120) : words.join(' · ')
}
