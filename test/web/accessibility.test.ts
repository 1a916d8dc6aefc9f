import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import axe from 'axe-core'
import type { BrowserContext, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { createCustomerField, type FieldContent } from '../../src/shared/customer-fields.ts'
import { getTicketCustomer, updateCustomer } from '../../src/shared/customers.ts'
import { updateMe } from '../../src/shared/session.ts'
import { LANGUAGES, type Language } from '../../src/shared/vocabulary.ts'
import { numberOfCommit } from '../support/number-of-commit.ts'
import { practiceDesk } from '../support/practice-desk.ts'
import { waitUntil } from '../support/wait-until.ts'

const EMMA = 'emma.clarke@customers.example'

const desk = practiceDesk()
/** The number of her ticket: they are filed in any order. */
let emma: number

beforeAll(async () => {
  emma = desk.rows.find(row => row.customer?.address === EMMA)?.number ?? 0
  await fillFields()
})

/** What the desk knows of her: a field of each kind that looks its own, and an empty one. */
async function fillFields(): Promise<void> {
  const { customer } = await desk.owner.call(getTicketCustomer, { params: { number: emma } })
  const content = {
    text: undefined,
    number: 12_345.5,
    date: '2026-12-03',
    choice: 'Gold',
    link: 'https://emma.example/',
  }
  const fieldValues: { fieldId: number; value: FieldContent }[] = []
  for (const [kind, value] of Object.entries(content) as [keyof typeof content, FieldContent | undefined][]) {
    const options = kind === 'choice' ? [{ name: 'Gold' }, { name: 'Silver' }] : []
    const body = { name: `A ${kind}`, kind, hint: 'What the contract says', options }
    const { id: fieldId, options: made } = await desk.owner.call(createCustomerField, { body })
    if (value !== undefined) fieldValues.push({ fieldId, value: made[0]?.id ?? value })
  }
  await desk.owner.call(updateCustomer, { params: { id: customer?.id ?? 0 }, body: { fieldValues } })
}

type Look = { language: Language; scheme: 'light' | 'dark'; width: number; height: number }

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]
const LOOKS: readonly Look[] = SIZES.flatMap(size =>
  (['light', 'dark'] as const).flatMap(scheme => LANGUAGES.map(language => ({ language, scheme, ...size }))),
)

// A commit looks at each screen in one look, at half of them wide and at half narrow; `npm run axe` at all in all.
const isWhole = process.env.PROVE === 'whole'
const half = LOOKS.length / 2
const chosen = numberOfCommit() % half
const LOOKED_AT = isWhole
  ? LOOKS
  : LOOKS.filter((_, index) => index === chosen || index === half + ((chosen * 3) % half))

// `shows` is a text that the screen has once its data came, in every language.
const SCREENS: readonly {
  name: string
  path: string
  shows?: string
  /** The layer that is looked at, where it is not the whole page. */
  layer?: string
  act?: (page: Page) => Promise<void>
}[] = [
  { name: 'mine', path: '/queue/mine' },
  { name: 'all', path: '/queue/all', shows: 'Jan Nowak' },
  { name: 'ticket', path: '/queue/all/:emma', shows: EMMA },
  {
    name: 'reply',
    path: '/queue/all/:emma',
    shows: 'emma.clarke@customers.example',
    act: page => page.keyboard.press('r'),
  },
  {
    name: 'note',
    path: '/queue/all/:emma',
    shows: 'emma.clarke@customers.example',
    act: page => page.keyboard.press('n'),
  },
  {
    name: 'ticket-menu',
    path: '/queue/all/:emma',
    shows: EMMA,
    act: async page => {
      await page.locator('#ticket header [aria-haspopup=menu]').filter({ visible: true }).click()
      await page.getByRole('menu').waitFor()
    },
  },
  {
    name: 'merge-people',
    path: '/queue/all/:emma',
    shows: EMMA,
    act: async page => {
      if (page.viewportSize()?.width === 390) await page.keyboard.press(']')
      await page.locator('aside button[aria-haspopup=dialog]').last().click()
      await page.getByRole('dialog').getByRole('combobox').waitFor()
    },
  },
  {
    name: 'agent-menu',
    path: '/queue/all',
    shows: 'Jan Nowak',
    act: async page => {
      const button = page.locator('#sidebar [aria-haspopup=menu]')
      if (!(await button.isVisible())) return // narrow: what is in it is among the settings
      await button.click()
      await page.getByRole('menu').waitFor()
    },
  },
  {
    name: 'filter',
    path: '/queue/all?tag=gone&waiting=30m&assignee=nobody,agent-99',
    act: async page => {
      await page.locator('#list-filter button').click()
      await page.getByRole('listbox').waitFor()
    },
  },
  {
    name: 'save-view',
    path: '/queue/all?status=open&text=a',
    act: async page => await page.locator('#list-pane ul + div button').first().click(),
  },
  { name: 'new-mail', path: '/queue/all/new' },
  { name: 'new-by-phone', path: '/queue/all/new?phone=true' },
  { name: 'search', path: '/search?q=i', shows: 'Emma Clarke' },
  { name: 'search-nothing', path: '/search?q=nowhere', shows: 'nowhere' },
  { name: 'keys', path: '/queue/all', shows: 'Jan Nowak', act: page => page.keyboard.press('?') },
  {
    name: 'bell',
    path: '/queue/all',
    shows: 'Jan Nowak',
    act: async page => {
      await page.keyboard.press('g')
      await page.keyboard.press('n')
      await page.getByRole('dialog').waitFor()
    },
  },
  { name: 'profile', path: '/settings/profile' },
  {
    name: 'notifications',
    path: '/settings/notifications',
    act: async page => await page.getByRole('switch').click(),
  },
  {
    name: 'shortcuts',
    path: '/settings/shortcuts',
    act: async page => {
      await page.locator('main li [aria-expanded=false]').first().click()
      await page.keyboard.press('r')
    },
  },
  {
    name: 'saved-replies',
    path: '/settings/saved-replies',
    act: async page => await page.locator('main header button').click(),
  },
  { name: 'mailboxes', path: '/settings/mailboxes', shows: 'billing@practice.example' },
  { name: 'connect', path: '/settings/mailboxes/new' },
  { name: 'mailbox', path: '/settings/mailboxes/1', shows: 'support@practice.example' },
  { name: 'template', path: '/settings/mailboxes/1/templates/reply/bg', shows: '{{text}}' },
  { name: 'agents', path: '/settings/agents', shows: 'ada@desk.test' },
  {
    name: 'teams',
    path: '/settings/teams',
    act: async page => await page.locator('main header button').click(),
  },
  { name: 'sign-in-apps', path: '/settings/sign-in-apps', shows: 'Google' },
  {
    name: 'customer-fields',
    path: '/settings/customer-fields',
    shows: 'Gold, Silver',
    act: async page => {
      await page.locator('main header button').click()
      await page.getByRole('dialog').locator('select').selectOption('choice')
    },
  },
  { name: 'health', path: '/settings/health', shows: 'billing@practice.example' },
  { name: 'outbox', path: '/settings/outbox' },
  { name: 'quarantine', path: '/settings/quarantine' },
  { name: 'trash', path: '/settings/trash' },
  { name: 'practice', path: '/settings/practice', shows: 'Emma Clarke' },
  {
    name: 'first-steps',
    path: '/queue/all',
    shows: 'Jan Nowak',
    act: async page => {
      const line = page.locator('#sidebar section button[aria-expanded]')
      if (page.viewportSize()?.width === 390) return
      await line.click()
    },
  },
  {
    name: 'another-time',
    path: '/queue/all/:emma',
    shows: EMMA,
    // What it covers by half, axe takes for too small; the page below is looked at without it.
    layer: '[role=dialog]',
    act: openAnotherTime,
  },
  {
    name: 'another-month',
    path: '/queue/all/:emma',
    shows: EMMA,
    layer: '[role=dialog]',
    act: async page => {
      await openAnotherTime(page)
      await page.locator('[role=dialog] .mantine-DatePicker-calendarHeaderLevel').click()
      await page.locator('.mantine-DatePicker-monthsList').waitFor()
    },
  },
  {
    name: 'day-of-field',
    path: '/queue/all/:emma',
    shows: EMMA,
    layer: '[role=dialog]',
    act: async page => {
      if (page.viewportSize()?.width === 390) await page.keyboard.press(']')
      // The fields come after the button below them, which has its name in words.
      await page.locator('aside button[aria-haspopup=dialog][aria-label]').first().click()
      await page.locator('table button[data-selected]').waitFor()
    },
  },
  {
    name: 'emoji',
    path: '/queue/all/:emma',
    shows: EMMA,
    act: async page => {
      await page.keyboard.press('n')
      await page.locator('#composer[contenteditable]').waitFor()
      await page.keyboard.type(' :tada') // behind what another look left there
      await page.locator('#composer[aria-activedescendant]').waitFor()
    },
  },
  // Last: the layout stays chosen.
  {
    name: 'table',
    path: '/queue/all',
    shows: 'Jan Nowak',
    act: async page => {
      if (page.viewportSize()?.width === 390) return
      await page.keyboard.press('Control+\\')
      await page.keyboard.press('Control+\\')
      await page.getByRole('columnheader').last().waitFor() // the first has no words
    },
  },
  { name: 'read-alone', path: '/queue/all/:emma', shows: EMMA },
]

for (const [turn, look] of LOOKED_AT.entries()) {
  test(`no screen breaks WCAG or asks another host: ${look.language}, ${look.scheme}, ${look.width} px`, async () => {
    await desk.owner.call(updateMe, { body: { language: look.language } })
    const visitor = await visit(look)
    const page = await visitor.newPage()
    const problems = watch(page)

    for (const screen of SCREENS.filter(
      (_, index) => isWhole || (index + chosen) % LOOKED_AT.length === turn,
    )) {
      await page.goto(desk.baseUrl + screen.path.replace(':emma', String(emma)))
      await settle(page)
      if (screen.shows !== undefined) await page.getByText(screen.shows).first().waitFor()
      await screen.act?.(page)
      await settle(page)
      await keepPicture(page, `${screen.name}-${look.language}-${look.scheme}-${look.width}`)
      problems.push(...(await breaches(page, screen.layer)).map(breach => `${screen.name}: ${breach}`))
      problems.push(...(await overflow(page)).map(breach => `${screen.name}: ${breach}`))
    }

    expect(problems).toEqual([])
    await visitor.close()
  }, 180_000)
}

async function openAnotherTime(page: Page): Promise<void> {
  await page.keyboard.press('b')
  await page.locator('[role=dialog] form button[aria-expanded]').click()
  await page.locator('table button[data-selected]').waitFor()
}

async function visit(look: Look): Promise<BrowserContext> {
  const viewport = { width: look.width, height: look.height }
  const visitor = await desk.browser.newAgent(desk.owner, {
    viewport,
    hasTouch: look.width === 390, // a finger, for which buttons and fields are larger
    colorScheme: look.scheme,
    reducedMotion: 'reduce',
  })
  await visitor.addInitScript(axe.source)
  return visitor
}

/** Everything asked for has come, and nothing is being loaded any more. */
async function settle(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  const busy = page.locator('[aria-busy=true], [data-behind=true]')
  await waitUntil('a quiet page', async () => (await busy.count()) === 0 || undefined)
}

/** Faults that show anywhere on the way: script errors, and requests to hosts that are not ours. */
function watch(page: Page): string[] {
  const problems: string[] = []
  page.on('pageerror', error => problems.push(`script error: ${error.message}`))
  page.on('request', request => {
    const { protocol, origin } = new URL(request.url())
    if (protocol.startsWith('http') && origin !== desk.baseUrl) problems.push(`asked ${origin}`)
  })
  return problems
}

async function breaches(page: Page, layer?: string): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  // Of what passes nothing is wanted, so that axe describes none of it.
  const options = JSON.stringify({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })
  const part = layer === undefined ? 'document' : JSON.stringify(layer)
  const result = (await page.evaluate(`axe.run(${part}, ${options})`)) as axe.AxeResults
  return result.violations.map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0]?.html.slice(0, 160)}`)
}

/** A page is never wider than the window: long words wrap, panes scroll by themselves. */
async function overflow(page: Page): Promise<string[]> {
  const width = Number(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'))
  return width > 0 ? [`the page is ${width} px wider than the window`] : []
}

/** For looking with one's own eyes: PICTURES=/some/folder. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env.PICTURES
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}
