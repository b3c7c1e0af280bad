import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'

/** Our HTTP server as every `routes.ts` gets it: schemas are zod, so handlers know their types. */
export type Web = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

/** By the route that answers it: `/%61pi/session` is one more way to write `/api/session`. */
export function isOfApi({ routeOptions, url }: FastifyRequest): boolean {
  return [routeOptions.url, url].some((path) => path?.startsWith('/api/'))
}
