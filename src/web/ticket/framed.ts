/**
 * The document of a mail with our reading style in front of its own.
 *
 * In the dark, a mail that sets no colour of its own takes ours; one that does is shown on light paper,
 * as its author saw it: inverting its colours would make logos and coloured text unreadable.
 */
export function framed(html: string, isDark: boolean): { html: string; paper: 'own' | 'light' } {
  const isPlain = !/\b(?:bgcolor|background|color)\s*[=:]/i.test(html)
  const paper = isDark && !isPlain ? 'light' : 'own'
  const style = `<style>${readingStyle(isDark && isPlain)}</style>`
  const headEnd = html.search(/<\/head\s*>/i)
  const whole = headEnd >= 0 ? html.slice(0, headEnd) + style + html.slice(headEnd) : style + html
  return { html: whole, paper }
}

// The tokens text, surface and accent: the frame does not see the page's variables.
function readingStyle(isDark: boolean): string {
  const [ink, accent] = isDark ? ['#eceeed', '#4fc3bc'] : ['#1c1c1a', '#0f6e6e']
  return `
    html { overflow-x: auto; overflow-y: hidden; color-scheme: ${isDark ? 'dark' : 'light'}; }
    html[data-tall] { overflow-y: auto; }
    body { margin: 0; padding: 1px 0; color: ${ink}; background: transparent; overflow-wrap: anywhere;
      font: 15px/24px "Inter Variable", system-ui, sans-serif; }
    p { margin: 0 0 12px; }
    a { color: ${accent}; }
    img { max-width: 100%; height: auto; }
    img:not([src]) { display: none; }
    table { max-width: 100%; }
    pre { white-space: pre-wrap; }
    blockquote { margin: 8px 0; padding-inline-start: 12px; border-inline-start: 2px solid #8a8a82; }
    [data-folds=auto] [data-quoted=closed], [data-folds=hidden] [data-quoted] { display: none !important; }
    [data-fold-line] { display: none; width: fit-content; margin: 4px 0; padding: 0 8px; border-radius: 999px;
      background: ${isDark ? '#2c3130' : '#eeeeea'}; color: ${isDark ? '#b4bab7' : '#5c5c56'}; font-size: 12px;
      line-height: 24px; cursor: pointer; }
    [data-leads-to] { display: inline-block; margin-inline-start: 2px; padding: 0 6px; border-radius: 999px; font-size: 12px; line-height: 18px;
      background: ${isDark ? '#3a1b19' : '#fdecea'} !important; color: ${isDark ? '#ff8a80' : '#b42318'} !important; }
    [data-folds=auto] [data-fold-line=closed], [data-folds=hidden] [data-fold-line] { display: block; }`
}
