// Fwd, and how programs say it in de, fr, es, it, pt, pl, nl, sv, fi, tr, cs, bg, ru, hu, el, zh.
const FORWARD =
  /^\s{0,5}(?:fwd?|wg|tr|rv|i|enc|pd|doorst|vb|vl|[iıİ]\u0307?lt|p[rř]epos\p{L}*|пр|препр\p{L}*|пересл\p{L}*|перенапр\p{L}*|tov\p{L}*|πρθ|προωθ\p{L}*|转发|轉寄|fwd?\[\d{1,3}\])\s{0,3}[:：]/iu

/** Whether a subject bears the mark of a forwarded mail, as programs write it in many languages. */
export function isForwardSubject(subject: string): boolean {
  return FORWARD.test(subject.slice(0, 60))
}

/** A subject without the marks of forwarding before it. */
export function withoutForwardMarks(subject: string): string {
  let bare = subject
  for (let marks = 0; marks < 20 && isForwardSubject(bare); marks++) bare = bare.replace(FORWARD, '').trim()
  return bare
}
