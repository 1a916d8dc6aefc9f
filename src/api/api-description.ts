import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { API_BASE } from '../shared/define-route.ts'
import type { ApiServer } from './handle.ts'

/**
 * Describes the API as OpenAPI 3.1, made from the very schemas that validate it. Register it before
 * the routes: it listens to their registration.
 */
export async function describeApi(server: ApiServer, options: { baseUrl: string }): Promise<void> {
  await server.register(swagger, {
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, index) => String(schema.$id ?? `schema-${index}`),
    },
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Letterdesk',
        version: '1',
        description:
          'Queues, tickets, replies. Sign in with POST /session; state-changing requests carry the session’s `csrfToken` in `x-csrf-token`. Refusals are RFC 9457 problem details with a stable `code`.',
      },
      servers: [{ url: options.baseUrl }],
      components: {
        securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'letterdesk_session' } },
      },
      security: [{ session: [] }],
    },
  })
}

/** Serves the description at `/api/v1/openapi.json` and a page to read it at `/api/docs`, from this host alone. */
export async function serveApiDescription(server: ApiServer): Promise<void> {
  server.get(`${API_BASE}/openapi.json`, { schema: { hide: true } }, async () => server.swagger())
  await server.register(swaggerUi, {
    routePrefix: '/api/docs',
    uiConfig: { docExpansion: 'list', validatorUrl: null },
    staticCSP: true,
  })
}
