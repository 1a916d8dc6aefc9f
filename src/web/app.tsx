import { createTheme, localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { ApiProvider } from './api.tsx'
import type { Call } from './call.ts'
import { CommandHint } from './keys/command-hint.tsx'
import { CommandProvider } from './keys/commands.tsx'
import { WaitingProvider } from './offline/waiting.tsx'
import type { WaitingChanges } from './offline/waiting-changes.ts'
import type { createPages } from './routes.tsx'
import type { Speech } from './speech.ts'
import { TextsProvider } from './texts.tsx'
import { NoticeProvider } from './ui/notices.tsx'

const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 3 },
  fontFamily: 'var(--font)',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // While a dialog fades out it would still hold the keyboard. The page below it never scrolls as a whole (global.css), and
    // locking that would make the browser style all of it anew.
    Modal: { defaultProps: { transitionProps: { duration: 0 }, lockScroll: false } },
    ModalRoot: { defaultProps: { lockScroll: false } },
    Drawer: { defaultProps: { transitionProps: { duration: 0 }, lockScroll: false } },
    Popover: { defaultProps: { transitionProps: { duration: 0 } } },
    Menu: { defaultProps: { transitionProps: { duration: 0 } } },
  },
})

/** The page with everything shared by its screens. Mantine's own variables come from a style sheet. */
export function App(props: {
  queries: QueryClient
  call: Call
  waiting: WaitingChanges
  appBase: string
  i18n: Speech
  pages: ReturnType<typeof createPages>
}) {
  return (
    <StrictMode>
      <TextsProvider i18n={props.i18n}>
        <MantineProvider
          theme={theme}
          defaultColorScheme="auto"
          colorSchemeManager={localStorageColorSchemeManager({ key: 'letterdesk.theme' })}
          withCssVariables={false}
          withStaticClasses
        >
          <QueryClientProvider client={props.queries}>
            <ApiProvider call={props.call} appBase={props.appBase}>
              <WaitingProvider waiting={props.waiting}>
                <CommandProvider hint={begun => <CommandHint begun={begun} />}>
                  <NoticeProvider>
                    <RouterProvider router={props.pages} />
                  </NoticeProvider>
                </CommandProvider>
              </WaitingProvider>
            </ApiProvider>
          </QueryClientProvider>
        </MantineProvider>
      </TextsProvider>
    </StrictMode>
  )
}
