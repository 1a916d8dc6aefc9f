import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { getRemoteImage } from '../../src/shared/remote-images.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(100, 1)])

let desk: Desk
let support: number
let ada: DeskAgent
let ben: DeskAgent
let elsewhere: Server
let base: string
const asked: { path: string; headers: Record<string, unknown> }[] = []

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  const billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { mailboxIds: [support] })
  ben = await desk.agent('ben', { mailboxIds: [billing] })
  elsewhere = createServer((request, reply) => {
    asked.push({ path: request.url ?? '', headers: { ...request.headers } })
    const answers: Record<string, () => void> = {
      '/logo.png?a=1&b=2': () => reply.writeHead(200, { 'content-type': 'text/plain' }).end(png),
      '/page': () => reply.writeHead(200, { 'content-type': 'image/png' }).end('<script>alert(1)</script>'),
      '/moved': () => reply.writeHead(302, { location: '/logo.png?a=1&b=2' }).end(),
      '/metadata': () => reply.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
      '/round': () => reply.writeHead(302, { location: '/round' }).end(),
      '/zipped': () => reply.writeHead(200, { 'content-encoding': 'gzip' }).end(png),
      '/huge': () => reply.writeHead(200).end(Buffer.concat([png, Buffer.alloc(6_000_000)])),
    }
    const answer = answers[request.url ?? ''] ?? (() => reply.writeHead(404).end())
    answer()
  })
  await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
})

afterAll(async () => {
  await desk.stop()
  elsewhere.closeAllConnections()
  await new Promise(resolve => elsewhere.close(resolve))
})

/** A mail that shows these pictures. @returns the id of its message */
async function receive(...urls: string[]): Promise<number> {
  const html = urls.map(url => `<img src="${url.replaceAll('&', '&amp;')}" alt="">`).join('')
  const raw = Buffer.from(
    'From: ivana@customer.test\r\nTo: support@desk.test\r\nSubject: pictures\r\nMIME-Version: 1.0\r\n' +
      `Content-Type: text/html; charset=utf-8\r\n\r\n<p>Hello</p>${html}\r\n`,
  )
  return (await desk.receive(support, raw)).messageId
}

async function fetchImage(agent: DeskAgent, id: number, index = 0): Promise<Response> {
  return await agent.fetch(getRemoteImage, { params: { id, index } })
}

describe('a picture of a mail that lies elsewhere', () => {
  test('comes through our server, which says nothing of who looks', async () => {
    const id = await receive(`${base}/page`, `${base}/logo.png?a=1&b=2`)

    const answer = await fetchImage(ada, id, 1)

    expect(Buffer.from(await answer.arrayBuffer())).toEqual(png)
    expect(answer.headers.get('content-type')).toBe('image/png')
    expect(answer.headers.get('content-security-policy')).toContain('sandbox')
    const { headers } = asked.at(-1) ?? { headers: {} }
    expect(Object.keys(headers).toSorted()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ])
  })

  test('is found where it was moved to', async () => {
    const answer = await fetchImage(ada, await receive(`${base}/moved`))

    expect(Buffer.from(await answer.arrayBuffer())).toEqual(png)
  })

  test.each([
    ['/page', 'no picture by its bytes', 'image-not-shown'],
    ['/metadata', 'a way into a closed network', 'host-not-allowed'],
    ['/round', 'a way round and round', 'image-not-shown'],
    ['/zipped', 'compressed', 'image-not-shown'],
    ['/huge', 'larger than 5 MB', 'image-not-shown'],
    ['/gone', 'not there', 'image-not-shown'],
  ])('is not shown from %s: %s', async (path, _why, code) => {
    const answer = await fetchImage(ada, await receive(base + path))

    expect(answer.ok).toBe(false)
    expect(await answer.json()).toMatchObject({ code })
  })

  test('is fetched for nobody who may not see the mail, and for no address that is not in it', async () => {
    const id = await receive(`${base}/logo.png?a=1&b=2`)
    const before = asked.length

    const answers = [await fetchImage(ben, id), await fetchImage(ada, id, 1)]

    expect(answers.map(answer => answer.status)).toEqual([404, 404])
    expect(asked).toHaveLength(before)
  })
})
