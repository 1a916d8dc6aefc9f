import type { WebFigures } from './measure-web.ts'
import type { Spread } from './percentiles.ts'
import type { JudgedAim } from './print-report.ts'

/** The aims of the inbox in the browser, judged by a run. */
export function judgeWeb(figures: WebFigures): JudgedAim[] {
  const { held, triage, scroll, otherHosts } = figures
  return [
    within('j marks the next row', figures.mark, 50),
    is('a held j loses no press', `${held.lost} of ${held.presses}`, held.lost === 0),
    within('a ticket that was fetched ahead can be read', figures.open.run, 100),
    within('the same after a look at the one before', figures.open.look, 100),
    within('i shows whose the ticket is', figures.take, 50),
    within('e goes on to the next', figures.close, 50),
    within('the palette is there', figures.palette, 50),
    within('a letter in the palette', figures.paletteTyping, 50),
    is(
      `interactions of a triage of ${triage.tickets} tickets, p75 at most 100 ms`,
      `${triage.p75Ms.toFixed(0)} ms, ${describeSpread(triage.interactions)}`,
      triage.p75Ms <= 100,
    ),
    is(
      'scrolling for 5 s, at most 2 tasks longer than 50 ms',
      `${scroll.longTasks}, ${scroll.rows} rows`,
      scroll.longTasks <= 2,
    ),
    is(
      'rows on the screen, in an empty browser at most 1800 ms',
      `${figures.coldMs.toFixed(0)} ms`,
      figures.coldMs <= 1800,
    ),
    is(
      'and in one that has the files at most 800 ms',
      `${figures.warmMs.toFixed(0)} ms`,
      figures.warmMs <= 800,
    ),
    is(
      'JavaScript of the first load at most 300 KB',
      `${figures.firstLoadKb.toFixed(0)} KB`,
      figures.firstLoadKb <= 300,
    ),
    is(
      'JavaScript of the editor at most 150 KB',
      `${figures.editorKb.toFixed(0)} KB`,
      figures.editorKb <= 150,
    ),
    is('requests to other hosts: none', otherHosts.join(', ') || 'none', otherHosts.length === 0),
  ]
}

function within(what: string, times: Spread, aimMs: number): JudgedAim {
  return is(`${what}, p95 at most ${aimMs} ms`, describeSpread(times), times.p95Ms <= aimMs)
}

function is(aim: string, reached: string, isMet: boolean): JudgedAim {
  return { aim, reached, isMet }
}

/** Times in words. */
export function describeSpread({ count, p50Ms, p95Ms, maxMs }: Spread): string {
  return `p50 ${p50Ms.toFixed(0)}, p95 ${p95Ms.toFixed(0)}, longest ${maxMs.toFixed(0)} ms (${count})`
}
