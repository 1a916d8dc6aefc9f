// 7-bit charsets that switch tables by escapes. The platform reads ISO-2022-JP alone, and calls two escapes in a
// row a fault, which joined encoded words have; here each run is read by the platform's 8-bit kin.

type Table = { charset: string; prefix?: number; isHigh: boolean }

const ASCII: Table = { charset: 'latin1', isHigh: false }
const GB_2312: Table = { charset: 'gb18030', isHigh: true }
const KS_X_1001: Table = { charset: 'euc-kr', isHigh: true }
const TABLES: Readonly<Record<string, Table>> = {
  '(B': ASCII,
  '(J': ASCII, // JIS X 0201 Roman: ¥ and ‾ are mostly meant as \ and ~
  '(H': ASCII,
  '(I': { charset: 'shift_jis', isHigh: true }, // half-width katakana
  $B: { charset: 'euc-jp', isHigh: true },
  '$@': { charset: 'euc-jp', isHigh: true },
  '$(B': { charset: 'euc-jp', isHigh: true },
  '$(@': { charset: 'euc-jp', isHigh: true },
  '$(D': { charset: 'euc-jp', prefix: 0x8f, isHigh: true }, // JIS X 0212
  '$(O': { charset: 'euc-jp', isHigh: true }, // JIS X 0213, whose first plane is mostly X 0208
  '$(Q': { charset: 'euc-jp', isHigh: true },
  $A: GB_2312,
  '$(A': GB_2312,
  '$(C': KS_X_1001,
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escapes and shifts are what is read
const ESCAPE = /\u001b(\([BHIJ]|\$\([@A-DOQ]|\$[@AB]|\$\)[ACG]|\.[AF]|N[\s\S])|[\u000e\u000f]/g
type Shift = { table: Table; shifted: Table; isShifted: boolean; high: string }

/**
 * Text in ISO-2022-JP and its numbered kin, ISO-2022-KR and ISO-2022-CN (RFC 1468, 1554, 1557, 1922).
 * Never throws; linear. What no table has is U+FFFD.
 */
export function decodeIso2022(bytes: Buffer): string {
  const text = bytes.toString('latin1')
  const state: Shift = { table: ASCII, shifted: KS_X_1001, isShifted: false, high: 'latin1' }
  const out: string[] = []
  let at = 0
  for (const match of text.matchAll(ESCAPE)) {
    out.push(readRuns(text.slice(at, match.index), state))
    out.push(switchTable(match[0], match[1], state))
    at = match.index + match[0].length
  }
  out.push(readRuns(text.slice(at), state))
  return out.join('')
}

/** Applies an escape; gives the one character that `ESC N` takes from the third table. */
function switchTable(all: string, sequence: string | undefined, state: Shift): string {
  if (sequence === undefined) state.isShifted = all === '\u000e'
  else if (sequence.startsWith('$)')) state.shifted = sequence === '$)A' ? GB_2312 : KS_X_1001
  else if (sequence.startsWith('.')) state.high = sequence === '.A' ? 'latin1' : 'iso-8859-7'
  else if (sequence.startsWith('N')) {
    return new TextDecoder(state.high).decode(Buffer.from([sequence.charCodeAt(1) | 0x80]))
  } else state.table = TABLES[sequence] ?? ASCII
  return ''
}

/** Blanks and line ends are themselves in every table. */
function readRuns(run: string, state: Shift): string {
  if (run === '') return ''
  const table = state.isShifted ? state.shifted : state.table
  if (!table.isHigh) return run
  return run
    .split(/(\s+)/)
    .map((piece, index) => (index % 2 === 1 ? piece : readHigh(piece, table)))
    .join('')
}

function readHigh(run: string, table: Table): string {
  if (run === '') return ''
  const bytes: number[] = []
  for (let i = 0; i < run.length; i++) {
    if (table.prefix !== undefined && i % 2 === 0) bytes.push(table.prefix)
    bytes.push(run.charCodeAt(i) | 0x80)
  }
  return new TextDecoder(table.charset).decode(Buffer.from(bytes))
}

/** Text in HZ (RFC 1843): `~{…~}` is GB 2312 in 7 bits, `~~` a tilde, `~` at a line's end goes. */
export function decodeHz(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/~\{([!-}\s]*?)(?:~\}|$)|~~|~\r?\n/g, (all, run: string | undefined) => {
      if (run === undefined) return all === '~~' ? '~' : ''
      return readRuns(run, { table: GB_2312, shifted: ASCII, isShifted: false, high: 'latin1' })
    })
}
