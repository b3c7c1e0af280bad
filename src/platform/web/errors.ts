import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { whatIsAway } from '../process/away.ts'
import { controlsMessage } from '../text/text.ts'
import { refusalsOf } from './declared.ts'
import { type Fault, type ProblemCode, type ProblemExtras, problemOf, problems, Refusal } from './problem.ts'

/** Every failure of a request becomes one problem with a stable code; see `problem.ts`. */

const codesOfFastify: Record<string, ProblemCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'request.too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'request.unsupported-media',
  FST_ERR_CTP_INVALID_JSON_BODY: 'request.malformed',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'request.malformed',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request.malformed',
  FST_ERR_BAD_URL: 'request.malformed',
  FST_ERR_MAX_PARAM_LENGTH: 'page.not-found',
  FST_ERR_ASYNC_CONSTRAINT: 'request.malformed',
}

export const undeclaredRefusal = 'a route refused with a code that it does not declare'

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  code: ProblemCode,
  extras: ProblemExtras = {},
): FastifyReply {
  const problem = problemOf(code, request.id, extras)
  if (problem.retryAfterS !== undefined) reply.header('retry-after', problem.retryAfterS)
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem)
}

export function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Refusal) {
    warnOfUndeclared(request, error.code)
    return sendProblem(request, reply, error.code, error.extras)
  }
  if (hasZodFastifySchemaValidationErrors(error)) return refuseInvalid(error, request, reply)
  const known = codesOfFastify[codeOf(error)] ?? codeOfStatus(error)
  if (known) return sendProblem(request, reply, known)
  const away = whatIsAway(error)
  request.log.error({ err: error, away, route: request.routeOptions.url }, 'request failed')
  return sendProblem(request, reply, away ?? 'internal', away ? { retryAfterS: 5 } : {})
}

/** A client generated from the document could not handle it. Tests fail on this line. */
function warnOfUndeclared(request: FastifyRequest, code: ProblemCode): void {
  const { method, url, schema } = request.routeOptions
  if (schema?.operationId === undefined || refusalsOf({ method: method ?? 'GET', schema }).includes(code)) return
  request.log.warn({ code, route: url }, undeclaredRefusal)
}

function refuseInvalid(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const where = error.validationContext ?? 'request'
  const faults: Fault[] = (error.validation ?? []).map((issue) => ({
    path: `${where}${issue.instancePath.replaceAll('/', '.')}`,
    message: issue.message ?? '不符合要求',
  }))
  const hasControls = faults.some((fault) => fault.message.includes(controlsMessage))
  const detail = faults.map((fault) => fault.message).join('；')
  return sendProblem(request, reply, hasControls ? 'request.control-characters' : 'request.invalid', {
    ...(detail === '' ? {} : { detail }),
    faults,
  })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function codeOfStatus(error: unknown): ProblemCode | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  if (status === 429) return 'request.too-many'
  if (status === 413) return 'request.too-large'
  return typeof status === 'number' && status >= 400 && status < 500 ? 'request.malformed' : undefined
}

const codesOfParser: Record<string, ProblemCode> = {
  HPE_HEADER_OVERFLOW: 'request.headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request.timeout',
}

/** Bytes that are not HTTP: there is no request to answer, only a socket. */
export function answerRawFaults(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  socket.end(rawProblem(codesOfParser[error.code ?? ''] ?? 'request.malformed'))
}

/** An answer on a bare socket, e.g. to a refused websocket. */
export function rawProblem(code: ProblemCode): string {
  const { status } = problems[code]
  const body = JSON.stringify(problemOf(code, '-'))
  return [
    `HTTP/1.1 ${status} ${statusWords[status] ?? 'Refused'}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}

const statusWords: Record<number, ServerResponse['statusMessage']> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  421: 'Misdirected Request',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  503: 'Service Unavailable',
}
