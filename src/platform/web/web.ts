import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'

/** Our HTTP server as passed to every `routes.ts`: schemas are zod, so handlers know their types. */
export type Web = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

/** Decided by the matched route: `/%61pi/session` is another way to write `/api/session`. */
export function isOfApi({ routeOptions, url }: FastifyRequest): boolean {
  return [routeOptions.url, url].some((path) => path?.startsWith('/api/'))
}
