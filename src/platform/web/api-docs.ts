import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { RouteOptions } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { isDocumented, refusalsByStatus, requireDeclared } from './declared.ts'
import { type ProblemCode, problems } from './problem.ts'
import type { Web } from './web.ts'

/** The body of every refusal, as `Problem` in `problem.ts`; referred to by its name. */
z.object({
  type: z.string().describe('`urn:hotline:problem:` and the code'),
  code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]).describe('stable'),
  status: z.number(),
  title: z.string(),
  detail: z.string().describe('what to show to a person, in Chinese'),
  requestId: z.string().describe('also in the log'),
  retryAfterS: z.number().optional().describe('seconds until another try makes sense'),
  reason: z
    .string()
    .optional()
    .describe('why, where one code has several causes: of `session.required` why the log-in is over'),
  faults: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe('fields that were refused'),
}).register(z.globalRegistry, { id: 'Problem' })

/** OpenAPI of every route that is registered after this, at `/api/docs` (its JSON at `/api/docs/json`). */
export async function documentApi(web: Web): Promise<void> {
  const known = new Map<string, string>()
  web.addHook('onRoute', (route) => requireDeclared(route, known))
  await web.register(swagger, {
    openapi: {
      openapi: '3.1.0',
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
        { name: 'exchange', description: 'calls that are shared with the provincial platform' },
        { name: 'directory', description: 'whom one may call, consult and transfer to' },
        { name: 'floor', description: 'agents, as supervisors see and set them' },
        { name: 'tickets', description: 'tickets, drafts, files' },
        { name: 'catalogue', description: 'matters, units, who is in charge' },
        { name: 'calendar', description: 'working days' },
        { name: 'notifications', description: 'the bell' },
        { name: 'phones', description: 'telephones of agents and guests' },
        { name: 'overview', description: 'the week, for those who answer for the hotline' },
        { name: 'audit', description: 'who did what' },
        { name: 'admin', description: 'for administrators' },
        { name: 'health', description: 'for probes and monitoring' },
      ],
    },
    transform: describe,
    transformObject: withUsedSchemas,
  })
  // Everything is served from here, under the same content security policy as our own pages.
  await web.register(swaggerUi, {
    routePrefix: '/api/docs',
    uiConfig: { docExpansion: 'list', validatorUrl: null },
  })
}

type Transform = typeof jsonSchemaTransform
type Described = ReturnType<Transform>['schema'] & Record<string, unknown>

/** Adds to zod's description: refusals, and bodies that are not JSON. */
function describe(document: Parameters<Transform>[0]): ReturnType<Transform> {
  const route = document.route as RouteOptions
  if (!isDocumented(route)) return { schema: { hide: true }, url: document.url }
  const { schema, url } = jsonSchemaTransform(document)
  const { refusals: _refusals, produces, ...described } = schema as Described
  const answers = (described.response ?? answerOf(produces as string[] | undefined)) as Record<string, unknown>
  const upload = described.consumes !== undefined && described.body === undefined
  return {
    url,
    schema: {
      ...described,
      ...(upload ? { body: { type: 'string', format: 'binary' } } : {}),
      response: { ...refusalAnswers(route), ...answers },
    } as Described,
  }
}

function answerOf(produces: string[] = []): Record<string, unknown> {
  const bytes = { schema: { type: 'string', format: 'binary' } }
  return { 200: { description: 'OK', content: Object.fromEntries(produces.map((type) => [type, bytes])) } }
}

/** One answer per status; its body says which of the codes it is. */
function refusalAnswers(route: RouteOptions): Record<string, unknown> {
  const answers: Record<string, unknown> = {}
  for (const [status, codes] of refusalsByStatus({ method: route.method, schema: route.schema })) {
    const schema = {
      allOf: [{ $ref: '#/components/schemas/Problem' }, { type: 'object', properties: { code: { enum: codes } } }],
    }
    const description = codes.map((code) => `\`${code}\`: ${problems[code].title}`).join('  \n')
    answers[status] = { description, content: { 'application/problem+json': { schema } } }
  }
  return answers
}

type TransformObject = typeof jsonSchemaTransformObject

/** Each named schema has a form for requests and one for answers; unreferenced ones are left out. */
function withUsedSchemas(document: Parameters<TransformObject>[0]): ReturnType<TransformObject> {
  const whole = jsonSchemaTransformObject(document) as { paths?: unknown; components?: { schemas?: object } }
  const schemas = new Map(Object.entries(whole.components?.schemas ?? {}))
  const used = new Set<string>()
  const look = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part ?? null).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name)) continue
      used.add(name)
      look(schemas.get(name))
    }
  }
  look(whole.paths)
  const kept = Object.fromEntries([...schemas].filter(([name]) => used.has(name)))
  return { ...whole, components: { ...whole.components, schemas: kept } } as ReturnType<TransformObject>
}
