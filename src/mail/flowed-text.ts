/**
 * Plain text in `format=flowed` with its lines joined again (RFC 3676 §4): a line that ends in a
 * blank goes on in the next one of the same quote depth; `-- ` never flows; stuffing is removed.
 *
 * @param isDelSp the DelSp parameter: the blank at the line's end is not part of the text
 */
export function unflow(text: string, options: { isDelSp: boolean }): string {
  const out: string[] = []
  let open = false
  let openDepth = 0
  for (const line of text.split('\n')) {
    const depth = quoteDepth(line)
    const unstuffed = line.slice(depth).replace(/^ /, '')
    const isSignature = unstuffed === '-- '
    const marks = depth > 0 ? `${'>'.repeat(depth)} ` : ''
    const joins = open && depth === openDepth && !isSignature
    const last = out.length - 1
    if (joins) out[last] = (out[last] ?? '') + unstuffed
    else out.push(marks + unstuffed)
    open = unstuffed.endsWith(' ') && !isSignature
    openDepth = depth
    if (open && options.isDelSp) out[out.length - 1] = (out.at(-1) ?? '').slice(0, -1)
  }
  return out.join('\n')
}

function quoteDepth(line: string): number {
  let depth = 0
  while (line.charAt(depth) === '>') depth++
  return depth
}
