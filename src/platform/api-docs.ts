import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { Web } from './web.ts'

/** OpenAPI of every route that is registered after this, at `/api/docs` (its JSON at `/api/docs/json`). */
export async function documentApi(web: Web): Promise<void> {
  await web.register(swagger, {
    openapi: {
      info: {
        title: 'Hotline 12345',
        version: '1',
        description:
          'Log in with POST /api/session; the cookie `hotline_session` is the proof in all other requests. ' +
          'Every refusal is application/problem+json with a stable `code`.',
      },
      components: { securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'hotline_session' } } },
      security: [{ session: [] }],
      tags: [
        { name: 'session', description: 'log-in and log-out' },
        { name: 'calls', description: 'call records, recordings, voice messages' },
        { name: 'phones', description: 'telephones of agents and guests' },
        { name: 'health', description: 'for probes and monitoring' },
      ],
    },
    transform: jsonSchemaTransform,
  })
  // Everything is served from here, under the same content security policy as our own pages.
  await web.register(swaggerUi, {
    routePrefix: '/api/docs',
    uiConfig: { docExpansion: 'list', validatorUrl: null },
  })
}
