import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { queueNamed } from '../shared/queue-names.ts'
import type { QueueName } from '../shared/vocabulary.ts'
import { Gate } from './gate.tsx'
import { InboxPage } from './inbox/inbox-page.tsx'
import { NotFoundPage, PageFault } from './page-states.tsx'
import { pickSearch } from './views/filter-search.ts'

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: PageFault,
})

/** The message (`m12`) or note (`n3`) at which a ticket opens. */
const HIT = /^[mn]\d{1,15}$/

const link = createRoute({
  getParentRoute: () => root,
  path: '/link/$token',
  component: lazyRouteComponent(() => import('./sign-in/link-page.tsx'), 'LinkPage'),
})

const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  component: lazyRouteComponent(() => import('./sign-in/forgot-page.tsx'), 'ForgotPage'),
})

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Gate,
  validateSearch: (search): { token?: string } =>
    typeof search.token === 'string' ? { token: search.token } : {},
})

// With `?token=` it is the link the log prints for the first owner, which the gate reads.
const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: ({ search }) => {
    if (search.token === undefined) throw redirect({ to: '/queue/$queue', params: { queue: 'mine' } })
  },
  component: () => <Navigate to="/queue/$queue" params={{ queue: 'mine' }} replace />,
})

const queue = createRoute({
  getParentRoute: () => signedIn,
  path: '/queue/$queue',
  params: { parse: raw => ({ queue: queueOf(raw.queue) }), stringify: ({ queue }) => ({ queue }) },
  validateSearch: pickSearch,
  component: InboxPage,
})

const ticket = createRoute({
  getParentRoute: () => queue,
  path: '/$number',
  validateSearch: (found): { hit?: string } =>
    typeof found.hit === 'string' && HIT.test(found.hit) ? { hit: found.hit } : {},
  params: {
    parse: raw => ({ number: Number.parseInt(raw.number, 10) }),
    stringify: ({ number }) => ({ number: String(number) }),
  },
})

const newTicket = createRoute({
  getParentRoute: () => queue,
  path: '/new',
  validateSearch: (search): { phone?: boolean } => (search.phone === true ? { phone: true } : {}),
})

const ticketAlone = createRoute({
  getParentRoute: () => signedIn,
  path: '/tickets/$number',
  beforeLoad: ({ params }) => {
    const number = Number.parseInt(params.number, 10)
    throw redirect({ to: '/queue/$queue/$number', params: { queue: 'all', number } })
  },
})

const search = createRoute({
  getParentRoute: () => signedIn,
  path: '/search',
  // A number in the address was read as one.
  validateSearch: (found): { q: string; hit?: string } => ({
    q: typeof found.q === 'string' || typeof found.q === 'number' ? String(found.q).slice(0, 500) : '',
    ...(typeof found.hit === 'string' && HIT.test(found.hit) ? { hit: found.hit } : {}),
  }),
  component: lazyRouteComponent(() => import('./search/search-page.tsx'), 'SearchPage'),
})

const foundTicket = createRoute({
  getParentRoute: () => search,
  path: '/$number',
  params: {
    parse: raw => ({ number: Number.parseInt(raw.number, 10) }),
    stringify: ({ number }) => ({ number: String(number) }),
  },
})

// Where providers send people back to after a sign-in for a mailbox: short, as people have to enter it there.
const besideSettings = createRoute({
  getParentRoute: () => signedIn,
  id: 'beside-settings',
  component: lazyRouteComponent(() => import('./settings/settings-layout.tsx'), 'SettingsLayout'),
})

const oauth = createRoute({
  getParentRoute: () => besideSettings,
  path: '/oauth',
  component: lazyRouteComponent(() => import('./settings/consent-page.tsx'), 'ConsentPage'),
})

const start = createRoute({
  getParentRoute: () => signedIn,
  path: '/start',
  component: lazyRouteComponent(() => import('./sign-in/start-choice.tsx'), 'StartChoice'),
})

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-layout.tsx'), 'SettingsLayout'),
})

const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/profile' })
  },
})

const profile = createRoute({
  getParentRoute: () => settings,
  path: '/profile',
  component: lazyRouteComponent(() => import('./settings/profile-page.tsx'), 'ProfilePage'),
})

const mailboxes = createRoute({
  getParentRoute: () => settings,
  path: '/mailboxes',
  component: lazyRouteComponent(() => import('./settings/mailboxes-page.tsx'), 'MailboxesPage'),
})

const health = createRoute({
  getParentRoute: () => settings,
  path: '/health',
  component: lazyRouteComponent(() => import('./settings/health-page.tsx'), 'HealthPage'),
})

const connect = createRoute({
  getParentRoute: () => settings,
  path: '/mailboxes/new',
  component: lazyRouteComponent(() => import('./connect/connect-page.tsx'), 'ConnectPage'),
})

const mailbox = createRoute({
  getParentRoute: () => settings,
  path: '/mailboxes/$id',
  component: lazyRouteComponent(() => import('./settings/mailbox-page.tsx'), 'MailboxPage'),
})

const template = createRoute({
  getParentRoute: () => settings,
  path: '/mailboxes/$id/templates/$name/$language',
  component: lazyRouteComponent(() => import('./settings/template-page.tsx'), 'TemplatePage'),
})

const notifications = createRoute({
  getParentRoute: () => settings,
  path: '/notifications',
  component: lazyRouteComponent(() => import('./settings/notifications-page.tsx'), 'NotificationsPage'),
})

const shortcuts = createRoute({
  getParentRoute: () => settings,
  path: '/shortcuts',
  component: lazyRouteComponent(() => import('./settings/shortcuts-page.tsx'), 'ShortcutsPage'),
})

const savedReplies = createRoute({
  getParentRoute: () => settings,
  path: '/saved-replies',
  component: lazyRouteComponent(() => import('./settings/saved-replies-page.tsx'), 'SavedRepliesPage'),
})

const signInApps = createRoute({
  getParentRoute: () => settings,
  path: '/sign-in-apps',
  component: lazyRouteComponent(() => import('./settings/sign-in-apps-page.tsx'), 'SignInAppsPage'),
})

const agents = createRoute({
  getParentRoute: () => settings,
  path: '/agents',
  component: lazyRouteComponent(() => import('./settings/agents-page.tsx'), 'AgentsPage'),
})

const teams = createRoute({
  getParentRoute: () => settings,
  path: '/teams',
  component: lazyRouteComponent(() => import('./settings/teams-page.tsx'), 'TeamsPage'),
})

const customerFields = createRoute({
  getParentRoute: () => settings,
  path: '/customer-fields',
  component: lazyRouteComponent(() => import('./settings/customer-fields-page.tsx'), 'CustomerFieldsPage'),
})

const quarantine = createRoute({
  getParentRoute: () => settings,
  path: '/quarantine',
  component: lazyRouteComponent(() => import('./settings/quarantine-page.tsx'), 'QuarantinePage'),
})

const outbox = createRoute({
  getParentRoute: () => settings,
  path: '/outbox',
  validateSearch: (search): { mailbox?: number } => {
    const mailbox = Number(search.mailbox)
    return Number.isSafeInteger(mailbox) && mailbox > 0 ? { mailbox } : {}
  },
  component: lazyRouteComponent(() => import('./settings/outbox-page.tsx'), 'OutboxPage'),
})

const trash = createRoute({
  getParentRoute: () => settings,
  path: '/trash',
  component: lazyRouteComponent(() => import('./settings/trash-page.tsx'), 'TrashPage'),
})

const practice = createRoute({
  getParentRoute: () => settings,
  path: '/practice',
  component: lazyRouteComponent(() => import('./practice/practice-page.tsx'), 'PracticePage'),
})

// Behind the gate, so that it speaks the agent's language.
const nowhere = createRoute({ getParentRoute: () => signedIn, path: '$', component: NotFoundPage })

function queueOf(raw: string): QueueName {
  return queueNamed(raw) ?? 'all'
}

const tree = root.addChildren([
  link,
  forgot,
  signedIn.addChildren([
    home,
    start,
    besideSettings.addChildren([oauth]),
    queue.addChildren([ticket, newTicket]),
    ticketAlone,
    search.addChildren([foundTicket]),
    settings.addChildren([
      settingsHome,
      profile,
      notifications,
      shortcuts,
      savedReplies,
      mailboxes,
      health,
      connect,
      mailbox,
      template,
      signInApps,
      agents,
      teams,
      customerFields,
      outbox,
      quarantine,
      trash,
      practice,
    ]),
    nowhere,
  ]),
])

/** The pages of the app, below `basePath` (the path of the page's base address). */
export function createPages(basePath: string) {
  return createRouter({
    routeTree: tree,
    basepath: basePath,
    defaultPreload: false,
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: PageFault,
  })
}

/** The queue that the address names, and the ticket in it; undefined where it leads to another page. */
export function queueAt(pages: ReturnType<typeof createPages>) {
  const { params, search, fullPath } = pages.matchRoutes(pages.latestLocation).at(-1) ?? {}
  if (fullPath === '/') return { queue: 'mine' as const, number: undefined, search: {} }
  return params !== undefined && 'queue' in params
    ? { queue: params.queue, number: 'number' in params ? params.number : undefined, search }
    : undefined
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPages>
  }
}
