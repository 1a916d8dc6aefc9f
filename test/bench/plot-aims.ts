import type { Aim } from './print-report.ts'

const rowPx = 26
const namePx = 400
const plotPx = 420
const mostShare = 2 // what lies beyond is cut off, and says so by its number

/**
 * Draws a bar for each aim: how much of its limit was used, with a line where the limit is. For things at most so large
 * that is reached by limit, for things at least so large the other way round: short is good in both.
 *
 * @returns SVG that reads in light and dark
 */
export function plotAims(aims: readonly Aim[]): string {
  const heightPx = rowPx * aims.length + 34
  const limitPx = namePx + plotPx / mostShare
  const rows = aims.map((aim, at) => drawRow(aim, 10 + at * rowPx))
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${namePx + plotPx + 80} ${heightPx}" font-family="system-ui, sans-serif" font-size="13">`,
    '<title>Each aim, and how much of its limit was used</title>',
    '<style>text{fill:#222}.met{fill:#2f9e44}.missed{fill:#e8590c}line{stroke:#868e96;stroke-dasharray:4 3}@media(prefers-color-scheme:dark){text{fill:#ddd}}</style>',
    ...rows,
    `<line x1="${limitPx}" y1="4" x2="${limitPx}" y2="${heightPx - 22}"/>`,
    `<text x="${limitPx}" y="${heightPx - 6}" text-anchor="middle">the limit</text>`,
    '</svg>',
  ].join('\n')}\n`
}

function drawRow({ aim, reached, isMet, share }: Aim, topPx: number): string {
  const widthPx = Math.max(2, (Math.min(share, mostShare) / mostShare) * plotPx)
  const basePx = topPx + 13
  return [
    `<text x="${namePx - 8}" y="${basePx}" text-anchor="end">${escapeXml(aim)}</text>`,
    `<rect class="${isMet ? 'met' : 'missed'}" x="${namePx}" y="${topPx}" width="${widthPx.toFixed(1)}" height="17" rx="3"/>`,
    `<text x="${(namePx + widthPx + 6).toFixed(1)}" y="${basePx}">${escapeXml(reached)}</text>`,
  ].join('')
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
