import { afterAll, beforeAll, expect, test } from 'vitest'
import { getTemplate, listTemplates, previewTemplate, saveTemplate } from '../../src/shared/templates.ts'
import type { ApiRefusal } from '../support/api.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

let desk: Desk
let support: number
let admin: DeskAgent
let agent: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  admin = await desk.agent('ada', { role: 'admin' })
  agent = await desk.agent('ben', { mailboxIds: [support] })
})

afterAll(async () => await desk.stop())

const reply = () => ({ id: support, name: 'reply', language: 'bg' }) as const
const words = (text: string, html: string | null = null) => ({ subject: null, text, html })

test('admins see every mail in each language, the default to start from, and agents see none of it', async () => {
  const { data } = await admin.call(listTemplates, { params: { id: support } })
  const one = await admin.call(getTemplate, { params: { ...reply(), name: 'acknowledgement' } })
  const refused = agent.call(listTemplates, { params: { id: support } })

  expect(data.map(row => `${row.name} ${row.language} ${row.version}`)).toContain('acknowledgement pl 0')
  expect(one.content).toMatchObject({ html: null, text: expect.stringContaining('номер {{number}}') })
  expect(one.defaultHtml).toContain('<p>Здравейте,</p>')
  await expect(refused).rejects.toMatchObject({ status: 403 })
  await expect(admin.call(listTemplates, { params: { id: 99_999 } })).rejects.toMatchObject({ status: 404 })
})

test('words that cannot be saved come back with the place of each fault and what is known', async () => {
  const save = (content: ReturnType<typeof words>) =>
    admin.call(saveTemplate, { params: reply(), body: { after: 0, change: { content } } })

  const refusal: ApiRefusal = await save(words('{{text}}\n {{subject}}')).catch(error => error)
  const tree = { ...words('x'), text: { type: 'Program', body: [] } as unknown as string }

  expect(refusal.problem).toMatchObject({
    status: 422,
    code: 'bad-template',
    details: {
      problems: [{ part: 'text', code: 'unknown-variable', line: 2, column: 2, name: 'subject' }],
      known: expect.arrayContaining(['text', 'signature', 'agentName']),
    },
  })
  await expect(save(tree)).rejects.toMatchObject({ status: 400 })
  expect((await admin.call(getTemplate, { params: reply() })).version).toBe(0)
})

test('a preview shows a real ticket: the customer is escaped, the HTML is clean, nothing is stored', async () => {
  const { number } = await desk.ticket({
    mailboxId: support,
    from: { name: '{{config}} <img src=x>', address: 'ann@customer.test' },
    text: 'My <b>words</b> {{number}}',
  })
  const content = words('{{text}}\n{{agentName}}\n{{author}}\n{{history}}')

  const preview = await admin.call(previewTemplate, {
    params: reply(),
    body: { content, ticketNumber: number },
  })

  expect(preview).toMatchObject({ problems: [], subject: 'Re: Password', ticketNumber: number })
  expect(preview.text).toContain('ada\n{{config}} <img src=x>\n> My <b>words</b> {{number}}')
  expect(preview.html).toContain('{{config}} &lt;img src=x&gt;')
  expect(preview.html).not.toContain('<b>words')
  expect((await admin.call(getTemplate, { params: reply() })).version).toBe(0)
})

test('a preview of a ticket in another mailbox is refused, and without a ticket an example stands in', async () => {
  const empty = await desk.mailbox('empty@desk.test')
  const { number } = await desk.ticket({ mailboxId: support })
  const preview = (ticketNumber?: number) =>
    admin.call(previewTemplate, {
      params: { ...reply(), id: empty },
      body: { content: words('{{text}}'), ...(ticketNumber === undefined ? {} : { ticketNumber }) },
    })

  const example = await preview()

  expect(example).toMatchObject({ ticketNumber: null, text: expect.stringContaining('Здравейте') })
  await expect(preview(number)).rejects.toMatchObject({ status: 404 })
})
