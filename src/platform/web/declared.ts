import type { RouteOptions } from 'fastify'
import { z } from 'zod'
import { type ProblemCode, problems } from './problem.ts'

/**
 * What a route declares, so that a client can be generated from the OpenAPI document: the operation's name, named
 * bodies and answers, and every refusal besides those that all routes share.
 */

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Somebody in danger may wait for it: not counted among the requests of a log-in. */
    isVital?: boolean
  }

  interface FastifySchema {
    /** Refusals of this route's own; the shared ones are added by its inputs and guard, see `refusalsOf`. */
    refusals?: readonly ProblemCode[]
  }
}

type Declared = Pick<RouteOptions, 'schema'> & { method: string | string[] }

/** Any request may meet these. */
const ofAll: ProblemCode[] = [
  'request.malformed',
  'request.unknown-host',
  'request.too-many',
  'request.headers-too-large',
  'request.timeout',
  'database.away',
  'redis.away',
  'internal',
]
const ofInput: ProblemCode[] = ['request.invalid', 'request.control-characters']
const ofBodies: ProblemCode[] = ['request.too-deep', 'request.too-large', 'request.unsupported-media']
const ofLogIns: ProblemCode[] = ['session.required', 'access.denied']

/** Every refusal that a client of this route may meet. */
export function refusalsOf({ method, schema = {} }: Declared): ProblemCode[] {
  const hasBody = schema.body !== undefined || schema.consumes !== undefined
  const hasInput = hasBody || [schema.querystring, schema.params, schema.headers].some((part) => part !== undefined)
  const isOpen = schema.security?.length === 0
  const isReading = method === 'GET' || method === 'HEAD'
  return [
    ...ofAll,
    ...(hasInput ? ofInput : []),
    ...(hasBody ? ofBodies : []),
    ...(isOpen ? [] : ofLogIns),
    ...(isReading ? [] : (['request.foreign-origin'] as const)),
    ...(schema.refusals ?? []),
  ]
}

/** By status, as the document lists them. */
export function refusalsByStatus(route: Declared): Map<number, ProblemCode[]> {
  const found = new Map<number, ProblemCode[]>()
  for (const code of new Set(refusalsOf(route))) {
    const { status } = problems[code]
    found.set(status, [...(found.get(status) ?? []), code])
  }
  return found
}

/**
 * Refuses to register a route of the API with a missing declaration.
 * @throws Error with everything that is missing
 */
export function requireDeclared(route: RouteOptions, known: Map<string, string>): void {
  const { method, url, schema } = route
  if (method === 'HEAD' || !isDocumented(route)) return
  const id = schema?.operationId
  const missing = [
    ...(id === undefined ? ['operationId'] : []),
    ...(schema?.summary === undefined ? ['summary'] : []),
    ...(schema?.tags === undefined ? ['tags'] : []),
    ...unnamedParts(route),
  ]
  const name = `${String(method)} ${url}`
  if (id !== undefined && known.has(id)) missing.push(`an operationId of its own (${known.get(id)} has this one)`)
  if (missing.length > 0)
    throw new Error(`${name} lacks ${missing.join(', ')}: see "Add a route" in docs/developing.md`)
  if (id !== undefined) known.set(id, name)
}

/** The API, and other routes that have a schema and are not hidden: probes and figures. */
export function isDocumented({ url, schema }: Pick<RouteOptions, 'url' | 'schema'>): boolean {
  if (schema?.hide === true) return false
  return schema?.operationId !== undefined || (url.startsWith('/api/') && !url.startsWith('/api/docs'))
}

function unnamedParts({ schema }: RouteOptions): string[] {
  const answers = (schema?.response ?? {}) as Record<string, unknown>
  const parts: [string, unknown][] = [['body', schema?.body], ...Object.entries(answers)]
  return parts.filter(([, part]) => isUnnamed(part)).map(([part]) => `a name (.meta({ id })) of its ${part}`)
}

function isUnnamed(part: unknown): boolean {
  if (!(part instanceof z.ZodType) || part instanceof z.ZodNull) return false
  if (part instanceof z.ZodOptional || part instanceof z.ZodNullable) return isUnnamed(part.unwrap())
  const id = z.globalRegistry.get(part)?.id
  // Bodies are listed with `Input` behind their name: a name that ends so could collide.
  return id === undefined || id.endsWith('Input')
}
