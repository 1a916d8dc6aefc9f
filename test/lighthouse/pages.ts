/** The scores each screen must reach, of 100. */
export const AIMS = { accessibility: 100, 'best-practices': 100, performance: 95 } as const
export type Category = keyof typeof AIMS

/** The screens that are audited. */
export function pagesToAudit(ticket: number): { name: string; path: string; isSignedIn: boolean }[] {
  return [
    { name: 'sign in', path: '/', isSignedIn: false },
    { name: 'list', path: '/queue/all', isSignedIn: true },
    { name: 'ticket', path: `/queue/all/${ticket}`, isSignedIn: true },
    { name: 'new mail', path: '/queue/mine/new', isSignedIn: true },
    { name: 'mailboxes', path: '/settings/mailboxes', isSignedIn: true },
  ]
}
