import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendProblem } from './errors.ts'
import type { Web } from './web.ts'

export const builtPages = resolve(import.meta.dirname, '../../../dist/web')

/** The built pages. Paths of the application itself are answered with its first page, which routes by itself. */
export async function servePages(web: Web, folder = builtPages): Promise<void> {
  await web.register(fastifyStatic, {
    root: folder,
    wildcard: true,
    index: false,
    // A file's name in assets/ changes with its content.
    setHeaders(reply, path) {
      const isHashed = path.startsWith(join(folder, 'assets/'))
      reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  const firstPage = (request: FastifyRequest, reply: FastifyReply) => {
    if (!existsSync(join(folder, 'index.html'))) return sendProblem(request, reply, 'pages.not-built')
    return reply.header('cache-control', 'no-cache').sendFile('index.html')
  }
  // A folder is not a file: without a route of its own it would be refused as malformed.
  web.get('/', { schema: { hide: true } }, firstPage)
  web.setNotFoundHandler((request, reply) => {
    if (!isPage(request.method, request.url)) return sendProblem(request, reply, 'page.not-found')
    return firstPage(request, reply)
  })
}

/** An address of a page has no dot in its last part; a picture that is missing is not answered with a page. */
function isPage(method: string, url: string): boolean {
  const path = url.split('?')[0] ?? ''
  const isOurs = /^\/(api|sip|socket\.io|healthz|readyz|metrics)(\/|$)/.test(path)
  return (method === 'GET' || method === 'HEAD') && !isOurs && !/\.[^/]*$/.test(path)
}
