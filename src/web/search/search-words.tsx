import { Button } from '@mantine/core'
import { CallFailed } from '../call.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import css from './search.module.css'
import { facetsIn, without } from './suggest.ts'

const EXAMPLES = [
  'from:ivana@',
  '"order 4521"',
  'has:pdf after:30d',
  'is:closed assignee:me',
  '-tag:newsletter',
]

/** What is said before anything is typed: how a search may be narrowed, by examples to press. */
export function SearchIntro(props: { onAsk: (q: string) => void }) {
  const { t } = useTranslation()
  return (
    <div className={css.words}>
      <p>{t('search.intro')}</p>
      <ul className={css.examples}>
        {EXAMPLES.map(example => (
          <li key={example}>
            <button type="button" className={css.example} onClick={() => props.onAsk(example)}>
              {example}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** What is said when nothing is found: what to try, each facet taken out first. */
export function NothingFound(props: { q: string; onAsk: (q: string) => void }) {
  const { t } = useTranslation()
  const facets = facetsIn(props.q).filter(facet => without(props.q, facet) !== '')
  return (
    <div className={css.words}>
      <p className={css.none} role="status">
        {t('search.nothing', { q: props.q })}
      </p>
      {facets.map(facet => (
        <Button key={facet} variant="default" size="xs" onClick={() => props.onAsk(without(props.q, facet))}>
          {t('search.without', { facet })}
        </Button>
      ))}
      <p>{t('search.hint')}</p>
    </div>
  )
}

type BadSearch = { problem: string; facet: string; value: string; suggestions: string[] }

/** What is wrong with a search, with words that may be meant to press. */
export function SearchFault(props: {
  error: unknown
  q: string
  onAsk: (q: string) => void
  onRetry: () => void
}) {
  const { t } = useTranslation()
  const bad = badSearchOf(props.error)
  if (bad === undefined) {
    return (
      <div className={css.words}>
        <Fault error={props.error} onRetry={props.onRetry} />
      </div>
    )
  }
  return (
    <div className={css.words} role="alert">
      <p className={css.none}>{t([`search.problem.${bad.problem}`, 'fault.bad-search'], bad)}</p>
      {bad.suggestions.length > 0 && (
        <ul className={css.examples}>
          {bad.suggestions.map(word => (
            <li key={word}>
              <button
                type="button"
                className={css.example}
                onClick={() => props.onAsk(mended(props.q, bad, word))}
              >
                {bad.problem === 'unknown-facet' ? `${word}:` : `${bad.facet}:${word}`}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function badSearchOf(error: unknown): BadSearch | undefined {
  if (!(error instanceof CallFailed) || error.code !== 'bad-search') return undefined
  return error.problem?.details as BadSearch | undefined
}

function mended(q: string, { problem, facet, value }: BadSearch, word: string): string {
  if (problem === 'unknown-facet') return q.replace(new RegExp(`\\b${facet}:`, 'i'), `${word}:`)
  const written = /\s/.test(word) ? `"${word}"` : word
  const at = q.toLowerCase().indexOf(`${facet}:`)
  const before = q.slice(0, at + facet.length + 1)
  const after = q.slice(before.length)
  return before + after.replace(new RegExp(`^\\s*"?${escaped(value)}"?`), written)
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
