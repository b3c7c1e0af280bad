import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { createClient } from '@hey-api/openapi-ts'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createLogger } from '../../../src/platform/process/log.ts'
import { openHttp } from '../../../src/platform/web/http.ts'
import { problems } from '../../../src/platform/web/problem.ts'
import { aWeb, password, type World } from './world.ts'

/** The document of the API as a stranger's generator reads it. */

interface Answer {
  content?: Record<string, { schema: { $ref?: string; allOf?: { properties?: { code: { enum: string[] } } }[] } }>
}
interface Operation {
  operationId?: string
  summary?: string
  tags?: string[]
  requestBody?: Answer
  responses: Record<string, Answer>
}

async function operationsOf(world: World): Promise<[string, Operation][]> {
  const { paths } = (await world.get('/api/docs/json')).json()
  return Object.entries<Record<string, Operation>>(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
  )
}

test('every operation has a name of its own, named bodies and its refusals with their codes', async () => {
  const operations = await operationsOf(await aWeb())
  expect(operations.length).toBeGreaterThan(40)
  const ids = operations.map(([, { operationId }]) => operationId)
  expect(new Set(ids).size).toBe(operations.length)
  for (const [name, { operationId, summary, tags, requestBody, responses }] of operations) {
    expect.soft(operationId, name).toMatch(/^[a-z][A-Za-z]+$/)
    expect.soft(summary, name).toBeTruthy()
    expect.soft(tags, name).toHaveLength(1)
    const bodies = [requestBody, ...Object.values(responses)].map((one) => one?.content?.['application/json']?.schema)
    for (const schema of bodies.filter((one) => one !== undefined)) {
      expect.soft(JSON.stringify(schema), name).toContain('"#/components/schemas/')
    }
    for (const [status, { content }] of Object.entries(responses)) {
      const schema = content?.['application/problem+json']?.schema
      for (const code of schema?.allOf?.[1]?.properties?.code.enum ?? []) {
        expect.soft(problems[code as keyof typeof problems].status, `${name} ${code}`).toBe(Number(status))
      }
    }
    expect.soft(responses['429']?.content?.['application/problem+json'], name).toBeDefined()
  }
  const codesOf = (name: string, status: string) =>
    operations.find(([one]) => one === name)?.[1].responses[status]?.content?.['application/problem+json']?.schema
      .allOf?.[1]?.properties?.code.enum
  expect(codesOf('get /api/tickets', '400')).toContain('list.bad-cursor')
  expect(codesOf('post /api/session', '401')).toEqual(['session.wrong-password'])
  expect(codesOf('post /api/tickets/{number}/actions', '409')).toContain('ticket.stale')
})

test('a route that does not say what it is is not taken, and what is missing is named', async () => {
  const settings = {
    HTTP_HOST: '127.0.0.1',
    publicUrl: 'http://127.0.0.1',
    TRUST_PROXY: [],
    COOKIE_SECURE: false,
    REQUESTS_PER_MINUTE: 60,
  }
  const web = await openHttp(settings, createLogger('test', 'fatal'))
  onTestFinished(() => web.close())
  const answer = () => Promise.reject(new Error('nobody asks'))
  expect(() => web.get('/api/one', answer)).toThrow('GET /api/one lacks operationId, summary, tags')
  const tags = ['calls']
  const unnamed = { operationId: 'one', tags, summary: 'one', body: z.object({}), response: { 200: z.object({}) } }
  expect(() => web.post('/api/one', { schema: unnamed }, answer)).toThrow(
    'of its body, a name (.meta({ id })) of its 200',
  )
  const named = { operationId: 'one', tags, summary: 'one', response: { 204: z.null() } }
  web.get('/api/one', { schema: named }, answer)
  expect(() => web.get('/api/other', { schema: named }, answer)).toThrow('GET /api/one has this one')
})

interface Sdk {
  logIn(ask: object): Promise<{ data?: { person: { username: string } }; response: Response }>
  listTickets(ask: object): Promise<{ data?: { tickets: { number: string }[] }; error?: { code: string } }>
}

/** Generates a client for TypeScript, lets the compiler judge it, and loads what came out. */
async function generatedClient(document: Record<string, unknown>): Promise<Sdk> {
  const dir = await mkdtemp(join(tmpdir(), 'hotline-client-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  await createClient({
    input: document,
    output: { path: join(dir, 'src') },
    logs: { level: 'silent' },
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
  })
  await writeFile(join(dir, 'package.json'), '{ "type": "module" }')
  await promisify(execFile)(
    process.execPath,
    [
      resolve('node_modules/typescript/bin/tsc'),
      ...['--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023,dom'],
      ...['--rootDir', 'src', '--outDir', 'dist', 'src/sdk.gen.ts'],
    ],
    { cwd: dir },
  )
  return await import(/* @vite-ignore */ pathToFileURL(join(dir, 'dist/sdk.gen.js')).href)
}

test('a client generated from the document logs in and lists tickets', async () => {
  const world = await aWeb()
  await world.person('dispatcher', ['DISPATCHER'])
  const baseUrl = await world.url()
  const client = await generatedClient((await world.get('/api/docs/json')).json())

  const loggedIn = await client.logIn({ baseUrl, body: { username: 'dispatcher', password } })
  expect(loggedIn.data?.person.username).toBe('dispatcher')
  const cookie = loggedIn.response.headers.getSetCookie().map((one) => one.split(';')[0])
  const headers = { cookie: cookie.join('; ') }
  const listed = await client.listTickets({ baseUrl, headers, query: { limit: 10 } })
  expect(listed.data?.tickets).toEqual([])
  const refused = await client.listTickets({ baseUrl, headers, query: { cursor: 'nonsense' } })
  expect(refused.error?.code).toBe('list.bad-cursor')
})
