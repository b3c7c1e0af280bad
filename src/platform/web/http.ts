import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import { type FastifyBaseLogger, type FastifyRequest, fastify, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { config, locales } from 'zod'
import type { Settings } from '../../settings.ts'
import type { Log } from '../process/log.ts'
import { documentApi } from './api-docs.ts'
import { openBudget, spendOrRefuse } from './budget.ts'
import { isTooDeep } from './depth.ts'
import { answerRawFaults, refuse } from './errors.ts'
import { guardHeaders } from './headers.ts'
import { clientOf, type Origins, openOrigins } from './origin.ts'
import { Refusal } from './problem.ts'
import { isOfApi, type Web } from './web.ts'

export type HttpSettings = Pick<
  Settings,
  'TRUST_PROXY' | 'COOKIE_SECURE' | 'HTTP_HOST' | 'publicUrl' | 'REQUESTS_PER_MINUTE'
>

/** The message for a field whose schema has none of its own. */
config(locales.zhCN())

/** Text fields are a few kB; files have a route and a limit of their own. */
const bodyLimit = 64 * 1024

export interface HttpParts {
  origins?: Origins
  logIns?: {
    /** The log-in of the request's cookie. */
    sessionOf(request: FastifyRequest): Promise<{ id: string } | null>
    /** Whether this process has seen that log-in before: answered without asking the stores. */
    isKnown(request: FastifyRequest): boolean
  }
}

/** An HTTP server with everything that all of our routes share, and without routes of its own except the documents. */
export async function openHttp(settings: HttpSettings, log: Log, parts: HttpParts = {}): Promise<Web> {
  const { origins = openOrigins(settings) } = parts
  const logger: FastifyBaseLogger = log
  const web: Web = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    // A photo over a slow mobile connection takes its time; a request's head does not.
    requestTimeout: 60_000,
    http: { headersTimeout: 15_000 },
    connectionTimeout: 60_000,
    keepAliveTimeout: 72_000,
    maxRequestsPerSocket: 0,
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 128 },
    frameworkErrors: (error, request, reply) => refuse(error, request, reply),
    clientErrorHandler: answerRawFaults,
  }).withTypeProvider<ZodTypeProvider>()

  web.setValidatorCompiler(validatorCompiler)
  web.setSerializerCompiler(serializerCompiler)
  web.setErrorHandler(refuse)
  web.addHook('onRequest', async (request) => {
    // One rule for pages, sockets and SIP: the framework's own supports `X-Forwarded-For` only.
    Object.defineProperty(request, 'ip', { value: origins.addressOf(request.raw) })
  })
  guardHeaders(web, settings)
  web.addHook('onRequest', async (request) => {
    if (!isProbe(request) && !origins.isForUs(request.raw)) throw unknownHost(settings, request)
    if (isUnsafe(request.method) && !origins.isOurPage(request.raw)) throw new Refusal('request.foreign-origin')
  })
  web.addHook('preValidation', async ({ body }) => {
    if (isTooDeep(body)) throw new Refusal('request.too-deep')
  })
  web.addHook('onResponse', async (request, reply) => {
    const seen = {
      method: request.method,
      // Never the query: it may hold a caller's number.
      route: request.routeOptions.url ?? request.url.split('?')[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    }
    request.log[reply.statusCode >= 400 || isUnsafe(request.method) ? 'info' : 'debug'](seen, 'request')
  })
  await web.register(cookie)
  limitRequests(
    web,
    settings.REQUESTS_PER_MINUTE,
    parts.logIns ?? { sessionOf: async () => null, isKnown: () => false },
  )
  await documentApi(web)
  return web
}

/**
 * Counted per log-in, and per address for requests without one: a whole floor may share an address. This is against
 * loops; the log-in has limits of its own, and routes may have.
 */
function limitRequests(web: Web, most: number, { sessionOf, isKnown }: NonNullable<HttpParts['logIns']>): void {
  const budget = openBudget(60_000, Date.now)
  const spendOf = ({ routeOptions }: FastifyRequest, { id }: { id: string }) => {
    if (!routeOptions.config?.isVital) spendOrRefuse(budget, `session ${id}`, most)
  }
  // While the log-in cannot be read, the address counts; the route reports the error.
  const find = (request: FastifyRequest) => sessionOf(request).catch(() => null)

  // Before the log-in is checked: a request that is refused there (and audited) has to count as well.
  web.addHook('onRequest', async (request) => {
    if (!isOfApi(request)) return
    // A flood from their address does not affect log-ins that are known here.
    const known = isKnown(request) ? await find(request) : null
    if (known) return spendOf(request, known)
    // Before anything else: looking up a log-in queries the stores, and a client with invented log-ins must not cause
    // more queries.
    const client = clientOf(request.ip)
    spendOrRefuse(budget, client, most)
    const session = await find(request)
    if (!session) return
    budget.giveBack(client)
    spendOf(request, session)
  })
}

/** A load balancer asks by whatever name it has for this machine; the answer contains no personal data. */
function isProbe({ routeOptions: { url } }: FastifyRequest): boolean {
  return url === '/healthz' || url === '/readyz'
}

function unknownHost({ publicUrl }: HttpSettings, { headers: { host = '' } }: FastifyRequest): Refusal {
  const name = host.slice(0, 100)
  return new Refusal('request.unknown-host', {
    detail: `“${name}”不是本系统的地址，请用 ${publicUrl} 打开。管理员：地址有变时请修改设置 PUBLIC_URL。`,
  })
}

function isUnsafe(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'
}
