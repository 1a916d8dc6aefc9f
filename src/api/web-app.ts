import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { AppError } from '../lib/app-error.ts'
import { describeProblem } from './errors.ts'
import type { ApiServer } from './handle.ts'

/**
 * Serves the built web app. Files with a hash in their name may be kept for ever; every other path that
 * is not the API's gets the page itself, so that its own addresses can be opened directly. A file that is
 * not there (of an older build, as asked for by a page left open) is 404: the page in its place would be
 * taken for a script.
 *
 * @param root the folder Vite built, each text compressed beside itself (web/vite.config.ts); without an `index.html`
 *   in it nothing is served
 */
export async function serveWebApp(server: ApiServer, options: { root: string }): Promise<void> {
  const hasBundle = existsSync(join(options.root, 'index.html'))
  server.setNotFoundHandler(async (request, reply) => {
    const isPage = hasBundle && request.method === 'GET' && !/^\/(?:api|assets)\//.test(request.url)
    if (isPage) return reply.header('cache-control', 'no-cache').sendFile('index.html')
    const problem = describeProblem(new AppError('not-found', 'nothing is here'), request.id)
    return reply.code(404).type('application/problem+json').send(problem)
  })
  if (!hasBundle) return
  await server.register(fastifyStatic, {
    root: options.root,
    wildcard: false,
    index: 'index.html',
    cacheControl: false,
    preCompressed: true,
    globIgnore: ['**/*.br', '**/*.gz'], // no addresses of their own
    setHeaders: (reply, path) => {
      const isHashed = path.includes('/assets/')
      reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}
