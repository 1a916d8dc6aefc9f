import type { Fault, Proof } from './register.ts'

/** What a test came to. `duration` in milliseconds; `file` is its whole path. */
export type TestResult = { file: string; title: string; status: string; duration?: number | undefined }

/**
 * The table of faults: how many of its proofs passed, how long they took, and the bound. A proof that was not run, or
 * that names no test, is no proof.
 */
export function describeFaults(
  faults: readonly Fault[],
  results: readonly TestResult[],
): { lines: string[]; isGreen: boolean } {
  const rows = faults.map(fault => {
    const found = fault.proofs.map(proof => resultsOf(proof, results))
    const passed = found.filter(
      ofProof => ofProof.length > 0 && ofProof.every(one => one.status === 'passed'),
    )
    const ms = found.flat().reduce((sum, one) => sum + (one.duration ?? 0), 0)
    const isProven = passed.length === found.length
    return { ...fault, isProven, verdict: isProven ? 'held' : 'BROKEN', ms }
  })
  const widest = Math.max(...faults.map(fault => fault.fault.length))
  return {
    lines: [
      ...rows.map(
        ({ id, fault, verdict, ms, bound }) =>
          `${id}  ${verdict.padEnd(6)} ${`${(ms / 1000).toFixed(1)} s`.padStart(8)}  ${fault.padEnd(widest)}  ${bound}`,
      ),
      '',
      `${rows.filter(row => row.isProven).length} of ${rows.length} faults held within their bounds`,
    ],
    isGreen: rows.every(row => row.isProven),
  }
}

function resultsOf({ file, title }: Proof, results: readonly TestResult[]): TestResult[] {
  return results.filter(result => result.file.endsWith(`/test/${file}`) && result.title.startsWith(title))
}
