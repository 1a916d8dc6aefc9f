import './theme/mantine-styles.ts'
import '@fontsource-variable/inter/wght.css'
import './theme/tokens.css'
import './theme/global.css'
import './theme/mantine.css'
import { notifyManager, QueryClient } from '@tanstack/react-query'
import { startTransition } from 'react'
import { createRoot } from 'react-dom/client'
import type { Me } from '../shared/session.ts'
import { App } from './app.tsx'
import { CallFailed, createCall } from './call.ts'
import { askForInbox } from './inbox/ask-for-inbox.ts'
import { keepQueries } from './offline/kept-queries.ts'
import { registerWorker } from './offline/register-worker.ts'
import { createWaitingChanges } from './offline/waiting-changes.ts'
import { createPages, queueAt } from './routes.tsx'
import { enter, ME_KEY, meQuery } from './session.ts'
import { browserLanguage, createSpeech } from './speech.ts'
import { scheduleTelling } from './ui/draw-at-once.ts'
import { tellValidityInOwnWords } from './ui/own-validity.ts'

notifyManager.setScheduler(scheduleTelling)

await start()

async function start(): Promise<void> {
  const place = document.getElementById('root')
  if (place === null) throw new Error('the page has no #root')
  const appBase = import.meta.env.BASE_URL
  const queries = createQueries()
  const call = createCall({
    appBase,
    csrfToken: () => queries.getQueryData<Me | null>(ME_KEY)?.csrfToken,
    onSignedOut: () => enter(queries, null),
  })
  const waiting = createWaitingChanges(call)
  const pages = createPages(appBase)
  // What the first page waits for comes side by side.
  const texts = createSpeech(browserLanguage(navigator.languages))
  const who = queries.prefetchQuery(meQuery(call))
  const at = queueAt(pages)
  await keepQueries(queries, import.meta.url, at?.number)
  if (at !== undefined) void who.then(() => askForInbox(queries, call, at))
  const i18n = await texts
  tellValidityInOwnWords(i18n.t)
  const root = createRoot(place)
  // In pieces between which the browser paints and listens.
  startTransition(() =>
    root.render(
      <App queries={queries} call={call} waiting={waiting} appBase={appBase} i18n={i18n} pages={pages} />,
    ),
  )
  if (import.meta.env.PROD) registerWorker(appBase)
}

function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // A refusal stays one; only what never arrived or broke on the server is asked again.
        retry: (count, error) => count < 2 && error instanceof CallFailed && mayPass(error),
        refetchOnWindowFocus: true,
        staleTime: 5_000,
      },
    },
  })
}

function mayPass(error: CallFailed): boolean {
  return error.status === 0 || error.status >= 500
}
