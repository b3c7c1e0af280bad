import type { Fault, Problem } from '../platform/web/problem.ts'

/** Requests to our own server; its refusals (RFC 9457 problem+json) become one error that a person can read. */

type RefusalFacts = Partial<Pick<ApiError, 'retryAfterS' | 'faults' | 'reason'>>

export class ApiError extends Error {
  /** HTTP status; 0 when the server did not answer. */
  readonly status: number
  readonly code: string
  /** Seconds until another attempt makes sense, if the server said so. */
  readonly retryAfterS: number | null
  /** Each refused field, to be shown beside it. */
  readonly faults: Fault[]
  /** The cause, as a code, where one refusal has several causes. */
  readonly reason: string | null

  constructor(
    status: number,
    code: string,
    message: string,
    { retryAfterS = null, faults = [], reason = null }: RefusalFacts = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfterS = retryAfterS
    this.faults = faults
    this.reason = reason
  }
}

/** @param sentAt `performance.now()` when the request was sent */
type Watcher = (answer: Response, sentAt: number) => void
const watchers: Watcher[] = []
/** Passes every answer of the server to the watcher, as long as the page lives: the clock follows them. */
export function watchAnswers(watch: Watcher): void {
  watchers.push(watch)
}

const requestMs = 10_000
/** A file over a slow connection. */
const uploadMs = 120_000

/**
 * @param body a `Blob` is sent unchanged, everything else as JSON
 * @param key sent as Idempotency-Key: a repetition does the work once
 * @throws ApiError with a Chinese sentence, whatever went wrong
 */
export async function request<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  key?: string,
): Promise<T> {
  const isFile = body instanceof Blob
  const headers = new Headers()
  if (body !== undefined) headers.set('content-type', isFile ? 'application/octet-stream' : 'application/json')
  if (key !== undefined) headers.set('idempotency-key', key)
  let response: Response
  const sentAt = performance.now()
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? null : isFile ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(isFile ? uploadMs : requestMs),
    })
  } catch {
    throw new ApiError(0, 'server.away', '服务器没有回应，请检查网络后重试。')
  }
  for (const watch of watchers) watch(response, sentAt)
  if (!response.ok) throw await refusal(response)
  if (response.status === 204) return undefined as T
  try {
    return (await response.json()) as T
  } catch {
    throw new ApiError(response.status, 'server.unreadable', '服务器的回应无法读取，请联系系统管理员。')
  }
}

/**
 * Sends data that must not be lost when the page closes: the browser finishes the request, and the answer is not read.
 * @param key the same as of an earlier attempt, if there was one
 */
export function requestAtLast(path: string, body: object, key: string): void {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key }
  void fetch(path, { method: 'POST', headers, body: JSON.stringify(body), keepalive: true }).catch(() => undefined)
}

/** The server's refusal as one error that a person can read. */
export async function refusal(response: Response): Promise<ApiError> {
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  const problem: Partial<Problem> = isJson ? await response.json().catch(() => ({})) : {}
  const retryAfter = Number(problem.retryAfterS ?? response.headers.get('retry-after') ?? Number.NaN)
  return new ApiError(
    response.status,
    problem.code ?? `http.${response.status}`,
    withNumber(sentence(problem) ?? plainWords(response.status), response),
    {
      retryAfterS: Number.isFinite(retryAfter) ? retryAfter : null,
      faults: problem.faults ?? [],
      reason: problem.reason ?? null,
    },
  )
}

/** A fault of ours is found in the log by its request id; the beginning of the id is enough to search for. */
function withNumber(words: string, { status, headers }: Response): string {
  const id = headers.get('x-request-id')
  return status === 500 && id !== null ? `${words}（编号 ${id.slice(0, 8)}）` : words
}

/** The first fault says more than the general sentence. */
function sentence(problem: Partial<Problem>): string | undefined {
  return problem.faults?.[0]?.message ?? problem.detail ?? problem.title
}

function plainWords(status: number): string {
  if (status === 401) return '登录已失效，请重新登录。'
  if (status === 403) return '您没有此项权限。'
  if (status === 404) return '没有找到。'
  if (status === 429) return '操作过于频繁，请稍后再试。'
  if (status >= 502 && status <= 504) return '服务器正在重启或暂时不可用，请稍后重试。'
  return `服务器出错（${status}），请稍后重试。`
}

/** The text to show for anything caught. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
