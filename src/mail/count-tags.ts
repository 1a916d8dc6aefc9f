/** How many tags HTML begins, counted no further than one beyond `most`: the limits ask only whether it is too many. */
export function countTags(html: string, most: number): number {
  let count = 0
  for (let at = html.indexOf('<'); at >= 0 && count <= most; at = html.indexOf('<', at + 1)) count++
  return count
}
