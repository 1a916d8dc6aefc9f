import { connect, createServer, type Socket } from 'node:net'

/** A wire between a client and a server that a test can cut. */
export type TcpProxy = {
  port: number
  /** How many clients have connected so far. */
  connections: () => number
  /** How many bytes of the server have passed so far, over all connections. */
  bytes: () => number
  /** From now on no byte passes either way and nobody is told; new connections hang as well. */
  goSilent: () => void
  /** Ends every connection. With `afterBytes`, each coming one ends after so many bytes from the server. */
  cut: (options?: { afterBytes?: number }) => void
  /** Ends every connection, and each coming one before a byte has passed either way. */
  unplug: () => void
  /** Bytes pass again, for connections made from now on. */
  heal: () => void
  close: () => Promise<void>
}

type Wire = {
  isSilent: boolean
  isUnplugged: boolean
  budgetBytes: number
  sockets: Set<Socket>
  count: number
  bytes: number
}

/** Listens on a free port of 127.0.0.1 and passes bytes to `port` there. */
export async function startTcpProxy(port: number): Promise<TcpProxy> {
  const wire: Wire = {
    isSilent: false,
    isUnplugged: false,
    budgetBytes: Number.POSITIVE_INFINITY,
    sockets: new Set(),
    count: 0,
    bytes: 0,
  }
  const server = createServer({ noDelay: true }, client => {
    wire.count += 1
    if (wire.isUnplugged) client.destroy()
    else join(wire, client, connect({ port, host: '127.0.0.1', noDelay: true }))
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  const cut = () => {
    for (const socket of wire.sockets) socket.destroy()
  }
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    connections: () => wire.count,
    bytes: () => wire.bytes,
    goSilent: () => {
      wire.isSilent = true
    },
    cut: ({ afterBytes } = {}) => {
      wire.budgetBytes = afterBytes ?? wire.budgetBytes
      cut()
    },
    unplug: () => {
      wire.isUnplugged = true
      cut()
    },
    heal: () => {
      wire.isSilent = false
      wire.isUnplugged = false
      wire.budgetBytes = Number.POSITIVE_INFINITY
    },
    close: async () => {
      cut()
      await new Promise<void>(closed => server.close(() => closed()))
    },
  }
}

function join(wire: Wire, client: Socket, server: Socket): void {
  let leftBytes = wire.budgetBytes
  const isDead = wire.isSilent // a silent wire stays silent for those who were on it
  let wasSilenced = isDead
  const pass = (to: Socket, chunk: Buffer, isCounted: boolean) => {
    wasSilenced ||= wire.isSilent
    if (wasSilenced) return
    const part = isCounted ? chunk.subarray(0, leftBytes) : chunk
    if (isCounted) {
      leftBytes -= part.length
      wire.bytes += part.length
    }
    to.write(part)
    // Never at the client's bytes: a request may come in several pieces.
    if (isCounted && leftBytes <= 0) for (const socket of [client, server]) socket.destroySoon()
  }
  client.on('data', chunk => pass(server, chunk, false))
  server.on('data', chunk => pass(client, chunk, true))
  for (const [socket, other] of [
    [client, server],
    [server, client],
  ] as const) {
    wire.sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      wire.sockets.delete(socket)
      if (!wasSilenced) other.destroy()
    })
  }
}
