import { Outlet, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, startTransition, useEffect, useState } from 'react'
import type { Language } from '../shared/vocabulary.ts'
import { FailureNotices } from './failure-notices.tsx'
import { HealthBar } from './health/health-bar.tsx'
import { ShortcutSheet } from './keys/shortcut-sheet.tsx'
import { KnownLists } from './known-lists.tsx'
import { ResumeChanges } from './offline/waiting.tsx'
import { PageFault } from './page-states.tsx'
import { Palette } from './palette/palette.tsx'
import { useSearchCommand } from './search/use-search-command.ts'
import { MeContext, useSession, useSetup } from './session.ts'
import { useSettingsCommand } from './settings/use-settings-command.ts'
import { useTranslation } from './texts.tsx'
import { useThemeCommand } from './theme/use-theme.ts'
import { OfflineBanner } from './ui/offline-banner.tsx'

const SignInPage = lazy(() => import('./sign-in/sign-in-page.tsx'))
const FirstRunPage = lazy(() => import('./sign-in/first-run-page.tsx'))

/** Lets signed-in agents through in their language; others see the sign-in page, or the first-run page. */
export function Gate() {
  const session = useSession()
  const setup = useSetup(session.data === null)
  const token = useSearch({ strict: false }).token
  useThemeCommand()
  const isSpoken = useLanguage(session.data?.language)
  const isDrawn = useInPieces(session.data !== undefined && isSpoken)
  if (session.isError && session.data === undefined) return <PageFault error={session.error} />
  if (setup.isError && session.data === null) return <PageFault error={setup.error} />
  if (session.data === undefined || !isSpoken || !isDrawn) return null
  if (session.data === null) {
    if (setup.data === undefined) return null
    return (
      <Suspense fallback={null}>
        {setup.data.needsOwner ? (
          <FirstRunPage needsLink={setup.data.needsLink} token={token} />
        ) : (
          <SignInPage />
        )}
      </Suspense>
    )
  }
  return (
    // Nothing of one agent's screen outlives the change to another.
    <MeContext key={session.data.id} value={session.data}>
      <KnownLists>
        <PlaceCommands />
        <OfflineBanner />
        <HealthBar />
        <ResumeChanges />
        <FailureNotices />
        <Outlet />
        <ShortcutSheet />
        <Palette />
      </KnownLists>
    </MeContext>
  )
}

function PlaceCommands() {
  useSearchCommand()
  useSettingsCommand()
  return null
}

// What comes the first time is the whole page: drawn in pieces between which the browser paints and listens.
function useInPieces(isReady: boolean): boolean {
  const [isDrawn, setDrawn] = useState(false)
  useEffect(() => {
    if (isReady) startTransition(() => setDrawn(true))
  }, [isReady])
  return isDrawn
}

// The texts follow the agent's language; the page waits for its catalogue the first time only.
function useLanguage(language: Language | undefined): boolean {
  const { i18n } = useTranslation()
  const [spoken, setSpoken] = useState(false)
  useEffect(() => {
    if (language === undefined) {
      setSpoken(true)
      return
    }
    let isCurrent = true
    const settle = () => {
      if (isCurrent) setSpoken(true)
    }
    i18n.speak(language).then(settle, settle)
    return () => {
      isCurrent = false
    }
  }, [i18n, language])
  return spoken
}
