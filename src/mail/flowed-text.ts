/**
 * Plain text in `format=flowed` with its lines joined again (RFC 3676 §4): a line that ends in a
 * blank goes on in the next one of the same quote depth; `-- ` never flows; stuffing is removed. Linear.
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
    open = unstuffed.endsWith(' ') && !isSignature
    openDepth = depth
    // Cut before it is joined: cutting a long paragraph at each of its lines takes quadratic time.
    const piece = open && options.isDelSp ? unstuffed.slice(0, -1) : unstuffed
    if (joins) out[last] = (out[last] ?? '') + piece
    else out.push(marks + piece)
  }
  return out.join('\n')
}

function quoteDepth(line: string): number {
  let depth = 0
  while (line.charAt(depth) === '>') depth++
  return depth
}
