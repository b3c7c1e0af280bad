import { z } from 'zod'
import { browserDevice, sipPassword } from '../floor/agents/credentials.ts'
import type { Web } from '../platform/web/web.ts'
import type { Settings } from '../settings.ts'
import type { Site } from '../site/site.ts'
import { logIn, type SessionView, sessionView } from './api.ts'
import { cookieName, fromOf, type Guard } from './guard.ts'
import { homePage, may, rightsOf } from './person.ts'
import { cookiesToDrop } from './sessions/known-browsers.ts'
import { longestMs } from './sessions/opening.ts'
import type { Sessions } from './sessions/sessions.ts'
import type { Session } from './store.ts'

export interface PeopleParts {
  sessions: Sessions
  guard: Guard
  site: Site
  settings: Pick<Settings, 'COOKIE_SECURE' | 'SIP_HOST'>
}

export function routePeople(web: Web, { sessions, guard, site, settings }: PeopleParts): void {
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure: settings.COOKIE_SECURE } as const

  function view(session: Session, token: string): SessionView {
    const { person, agentNumber } = session
    const { city, name, breakReasons, mapUrl, timings } = site
    const skills = site.skills.map((skill) => ({ id: skill.id, name: skill.name }))
    const isAgent = agentNumber !== null && may(person, 'desk')
    return {
      person,
      rights: rightsOf(person),
      homePage: homePage(person),
      site: { city, name, breakReasons, skills, mapUrl, timings },
      agent: agentNumber === null ? null : { number: agentNumber },
      sip: isAgent
        ? {
            endpoint: browserDevice(session.id),
            password: sipPassword(token),
            wsPath: '/sip',
            domain: settings.SIP_HOST,
          }
        : null,
      expiresAt: session.expiresAt,
    }
  }

  web.post(
    '/api/session',
    {
      schema: {
        operationId: 'logIn',
        tags: ['session'],
        summary: 'log in',
        refusals: ['session.wrong-password', 'session.locked', 'session.too-many-failures'],
        security: [],
        body: logIn,
        response: { 200: sessionView },
      },
    },
    async (request, reply) => {
      const given = { ...request.body, from: fromOf(request), cookies: request.cookies }
      const { token, session, known } = await sessions.open(given)
      const ofLogIn = { ...cookie, path: '/api/session' }
      for (const name of cookiesToDrop(session.person.id, request.cookies)) reply.clearCookie(name, ofLogIn)
      reply.setCookie(known.name, known.value, { ...ofLogIn, maxAge: known.maxAge })
      reply.setCookie(cookieName, token, { ...cookie, maxAge: longestMs / 1_000 })
      return view(session, token)
    },
  )

  web.get(
    '/api/session',
    {
      onRequest: guard.needs(),
      schema: {
        operationId: 'readSession',
        tags: ['session'],
        summary: 'who is logged in',
        response: { 200: sessionView },
      },
    },
    async (request) => view(guard.sessionOf(request), request.cookies[cookieName] ?? ''),
  )

  web.delete(
    '/api/session',
    { schema: { operationId: 'logOut', tags: ['session'], summary: 'log out', response: { 204: z.null() } } },
    async (request, reply) => {
      const session = await guard.find(request)
      if (session) await sessions.end(session.id, 'logged-out', fromOf(request))
      return reply.clearCookie(cookieName, cookie).code(204).send(null)
    },
  )
}
