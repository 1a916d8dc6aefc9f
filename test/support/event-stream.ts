/** One server-sent event. `id` is empty where the event has none. */
export type StreamedEvent = { event: string; id: string; data: Record<string, unknown> }

/** An open stream of server-sent events, with what came so far. */
export type EventStream = {
  events: StreamedEvent[]
  headers: Headers
  /** What a browser would send as Last-Event-ID when it reconnects. */
  lastId: () => string
  /** Resolves when the server ends the stream or it breaks. */
  ended: Promise<void>
  close: () => void
}

/** Opens a stream as a browser's EventSource does, and waits for its first bytes. */
export async function openEventStream(
  url: string,
  headers: Record<string, string>,
  lastId = '',
): Promise<EventStream> {
  const abort = new AbortController()
  const response = await fetch(url, {
    headers: { accept: 'text/event-stream', ...headers, ...(lastId ? { 'last-event-id': lastId } : {}) },
    signal: abort.signal,
  })
  if (!response.ok || response.body === null) throw new Error(`no event stream: ${response.status}`)
  const events: StreamedEvent[] = []
  return {
    events,
    headers: response.headers,
    lastId: () => events.findLast(one => one.id !== '')?.id ?? lastId,
    ended: collect(response.body, events),
    close: () => abort.abort(),
  }
}

async function collect(body: ReadableStream<Uint8Array>, events: StreamedEvent[]): Promise<void> {
  const read = eventReader(event => events.push(event))
  try {
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) read(chunk)
  } catch {
    return // broken or closed by us: ended either way
  }
}

/** What takes the pieces of a stream as they come, and tells each event that is whole. */
export function eventReader(onEvent: (event: StreamedEvent) => void): (chunk: string) => void {
  let rest = ''
  return chunk => {
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map(line => line.split(/: (.*)/s) as [string, string]))
      const data = fields.get('data')
      if (data === undefined) continue
      onEvent({ event: fields.get('event') ?? '', id: fields.get('id') ?? '', data: JSON.parse(data) })
    }
  }
}
