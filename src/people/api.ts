import { z } from 'zod'
import { plainLine } from '../platform/text/text.ts'
import { type Right, rightNames, roleNames } from './person.ts'

/** Requests and answers of `/api/session`. Pure: the web page imports the types. */

export const logIn = z
  .object({
    username: plainLine(64, '用户名').describe(
      'user name as given out; full-width letters and digits are read as half-width',
    ),
    password: z.string({ error: '请填写密码' }).min(1, '请填写密码').max(256, '密码最多 256 个字符'),
  })
  .meta({ id: 'LogIn' })

/** How a browser's phone registers. The password lives as long as the log-in and is issued again after a reload. */
export const sipAccess = z.object({
  endpoint: z.string().describe('user part of the SIP address and user name'),
  password: z.string(),
  wsPath: z.string().describe('path of the SIP websocket on this server'),
  domain: z.string(),
})

export const siteFacts = z.object({
  city: z.string(),
  name: z.string(),
  breakReasons: z.array(z.object({ code: z.string(), name: z.string() })),
  skills: z.array(z.object({ id: z.string(), name: z.string() })),
  mapUrl: z.string().nullish().describe('map of a place, with {place} and {city}; none: places are no links'),
  timings: z.object({
    ringMs: z.number(),
    popMs: z.number(),
    wrapUpMs: z.number(),
    wrapUpCapMs: z.number(),
  }),
})

export const sessionView = z
  .object({
    person: z.object({
      id: z.number(),
      username: z.string(),
      name: z.string(),
      roles: z.array(z.enum(roleNames)),
      unitCode: z.string().nullish().describe('unit of a clerk or a workstation'),
    }),
    rights: z.array(z.enum(rightNames as [Right, ...Right[]])),
    homePage: z.string().describe('page of the role'),
    site: siteFacts,
    agent: z.object({ number: z.string() }).nullable().describe('null for people without a phone'),
    sip: sipAccess.nullable().describe('null for people without a phone'),
    expiresAt: z.number().describe('instant in ms at which the log-in ends by itself'),
  })
  .meta({ id: 'Session' })

export type SipAccess = z.infer<typeof sipAccess>
export type SessionView = z.infer<typeof sessionView>
