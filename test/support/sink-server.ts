import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import {
  SMTPServer,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server'
import { type Accepted, appendToSinkLog, identify } from './sink-log.ts'
import type { SinkAnswer, SinkEvent, SinkRule, SinkStage } from './sink-rules.ts'

/** What both listeners of one sink share. */
export type SinkState = {
  rule: SinkRule
  passwords: Map<string, string>
  accepted: Accepted[]
  events: SinkEvent[]
  logFile: string | undefined
  /** Whose token it is; without it nobody signs in by token. */
  userOf: ((accessToken: string) => Promise<string | undefined>) | undefined
  arrivals: Set<(mail: Accepted) => void>
  stopped: AbortController
}

type Done = (error?: Error | null, message?: string) => void

type Door = { state: SinkState; drop(session: SMTPServerSession): void }

/** One listener that asks the sink's rule at every stage; `settings` carry TLS and what is announced. */
export function createSinkServer(state: SinkState, settings: SMTPServerOptions): SMTPServer {
  const drop = (session: SMTPServerSession): void => {
    for (const connection of server.connections) {
      if (connection.id === session.id) connection._socket.destroy()
    }
  }
  const door: Door = { state, drop }
  const server = new SMTPServer({
    name: 'mail.test',
    disableReverseLookup: true,
    hideENHANCEDSTATUSCODES: true,
    socketTimeout: 10 * 60_000, // a client waits 10 min for the final reply (RFC 5321 §4.5.3.2.6)
    logger: false,
    ...settings,
    onConnect: (session, done) => {
      askBeforeData(door, server, session)
      void ask(door, { stage: 'connect', session, done })
    },
    onAuth: ({ username = '', password, accessToken }, session, done) => {
      const proceed: Done = error => {
        if (error) return done(error)
        void knows(state, { username, password, accessToken }).then(isRight => {
          if (isRight) done(null, { user: username })
          // By token a refusal comes in two steps: why, as JSON, and the code after the client's nod (RFC 7628).
          else if (accessToken) done(null, { data: { status: '401', schemes: 'bearer' } })
          else done(new Refusal(535, '5.7.8 authentication failed'))
        })
      }
      void ask(door, { stage: 'auth', session, done: proceed, facts: { user: username } })
    },
    onMailFrom: ({ address }, session, done) =>
      void ask(door, { stage: 'mail', session, done, facts: { from: address } }),
    onRcptTo: ({ address }, session, done) =>
      void ask(door, { stage: 'rcpt', session, done, facts: { recipient: address } }),
    onData: (stream, session, done) => void receive(door, { stream, session, done }),
  })
  // A client that hangs up half-way is part of a test and no fault of the sink.
  server.on('error', () => undefined)
  return server
}

async function knows(
  { passwords, userOf }: SinkState,
  given: { username: string; password?: string | null | undefined; accessToken?: string | null | undefined },
): Promise<boolean> {
  const { username, password, accessToken } = given
  if (accessToken) return (await userOf?.(accessToken)) === username
  return password === (passwords.get(username) ?? 'secret')
}

/** smtp-server sends `responseCode` and the message as the reply. */
class Refusal extends Error {
  readonly responseCode: number

  constructor(responseCode: number, text: string) {
    super(text)
    this.responseCode = responseCode
  }
}

type Question = { stage: SinkStage; session: SMTPServerSession; done: Done; facts?: Partial<SinkEvent> }

async function ask({ state, drop }: Door, { stage, session, done, facts = {} }: Question): Promise<void> {
  const answer = await decide(state, describe(stage, session, facts))
  if (answer === 'go on') done()
  else if (answer === 'stopped') return
  else if ('drop' in answer) drop(session)
  else done(new Refusal(answer.reply, answer.text))
}

type Silence = Extract<SinkAnswer, { stallMs: number } | { stallUntil: Promise<unknown> }>

type Decision = Exclude<SinkAnswer, Silence> | 'go on' | 'stopped'

/** The rule's answer once its silences are over; `stopped` when the sink went away meanwhile. */
async function decide(state: SinkState, event: SinkEvent): Promise<Decision> {
  state.events.push(event)
  let answer = state.rule(event)
  while (answer && ('stallMs' in answer || 'stallUntil' in answer)) {
    if (!(await silence(answer, state.stopped.signal))) return 'stopped'
    answer = answer.then
  }
  return answer ?? 'go on'
}

/** @returns whether it is over by itself, not because the sink stopped */
async function silence(answer: Silence, stopped: AbortSignal): Promise<boolean> {
  if ('stallMs' in answer) return await delay(answer.stallMs, true, { signal: stopped }).catch(() => false)
  const aborted = Promise.withResolvers<boolean>()
  stopped.addEventListener('abort', () => aborted.resolve(false), { once: true })
  return await Promise.race([answer.stallUntil.then(() => true), aborted.promise])
}

function describe(stage: SinkStage, session: SMTPServerSession, facts: Partial<SinkEvent>): SinkEvent {
  const { mailFrom, rcptTo } = session.envelope
  return {
    stage,
    session: session.id,
    at: new Date(),
    user: userOf(session),
    from: mailFrom ? mailFrom.address : null,
    recipient: null,
    to: rcptTo.map(({ address }) => address),
    raw: null,
    ...facts,
  }
}

function userOf({ user }: SMTPServerSession): string | null {
  return typeof user === 'string' ? user : null
}

/** smtp-server says 354 by itself, so that the rule for the DATA command is asked before its handler. */
function askBeforeData(door: Door, server: SMTPServer, session: SMTPServerSession): void {
  for (const connection of server.connections) {
    if (connection.id !== session.id) continue
    const proceed = connection.handler_DATA.bind(connection)
    connection.handler_DATA = (command, resume) => {
      const done: Done = error => {
        if (!(error instanceof Refusal)) return proceed(command, resume)
        connection.send(error.responseCode, error.message)
        resume()
      }
      void ask(door, { stage: 'data', session: connection.session, done })
    }
  }
}

type Reception = { stream: SMTPServerDataStream; session: SMTPServerSession; done: Done }

async function receive({ state, drop }: Door, { stream, session, done }: Reception): Promise<void> {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  // A client that hangs up before its final dot has handed over nothing.
  const isWhole = await once(stream, 'end').then(
    () => true,
    () => false,
  )
  if (!isWhole) return
  const raw = Buffer.concat(chunks)
  const decision = await decide(state, describe('final', session, { raw }))
  const answer = decision === 'go on' ? refusalOf(raw, stream) : decision
  if (answer === 'stopped') return
  if (answer && 'reply' in answer) return done(new Refusal(answer.reply, answer.text))
  if (answer?.drop === 'before-accepting') return drop(session)
  const { seq } = keep(state, session, raw)
  if (answer?.drop === 'before-reply') return drop(session)
  done(null, `2.0.0 Ok: queued as ${seq}`)
  if (answer) setImmediate(() => drop(session))
}

/** What a strict server refuses by itself: too large, or a line end another server may read as the dot. */
function refusalOf(
  raw: Buffer,
  { sizeExceeded }: SMTPServerDataStream,
): { reply: number; text: string } | undefined {
  if (sizeExceeded) return { reply: 552, text: '5.3.4 message too big' }
  if (/\r(?!\n)|(?<!\r)\n/.test(raw.toString('latin1'))) return { reply: 550, text: '5.6.11 bare CR or LF' }
  return undefined
}

function keep(state: SinkState, session: SMTPServerSession, raw: Buffer): Accepted {
  const { mailFrom, rcptTo } = session.envelope
  const mail: Accepted = {
    seq: state.accepted.length + 1,
    at: new Date(),
    user: userOf(session),
    isTls: session.secure,
    from: mailFrom ? mailFrom.address : '',
    to: rcptTo.map(({ address }) => address),
    raw,
    ...identify(raw),
  }
  if (state.logFile !== undefined) appendToSinkLog(state.logFile, mail)
  state.accepted.push(mail)
  for (const arrived of state.arrivals) arrived(mail)
  return mail
}
