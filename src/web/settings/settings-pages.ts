import { isAdmin } from '../session.ts'

const OWN_PAGES = [
  { to: '/settings/profile', key: 'settings.profile' },
  { to: '/settings/notifications', key: 'settings.notifications' },
  { to: '/settings/shortcuts', key: 'settings.shortcuts' },
  { to: '/settings/saved-replies', key: 'settings.savedReplies' },
] as const
const ADMIN_PAGES = [
  { to: '/settings/mailboxes', key: 'settings.mailboxes' },
  { to: '/settings/health', key: 'settings.health' },
  { to: '/settings/sign-in-apps', key: 'settings.signInApps' },
  { to: '/settings/agents', key: 'settings.agents' },
  { to: '/settings/teams', key: 'settings.teams' },
  { to: '/settings/customer-fields', key: 'settings.customerFields' },
  { to: '/settings/outbox', key: 'settings.outbox' },
  { to: '/settings/quarantine', key: 'settings.quarantine' },
  { to: '/settings/trash', key: 'settings.trash' },
  { to: '/settings/practice', key: 'settings.practice' },
] as const

/** The settings an agent may open, in the order they are shown: agents see their own pages only. */
export function settingsPages(me: Parameters<typeof isAdmin>[0]) {
  return isAdmin(me) ? [...OWN_PAGES, ...ADMIN_PAGES] : OWN_PAGES
}
