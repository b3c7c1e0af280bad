import { z } from 'zod'
import type { SurveyScale } from '../calls/machine/survey/survey.ts'
import { directoryKinds } from '../directory/entry.ts'
import { readHours, writeHours } from '../directory/hours.ts'
import { usualDutyRules } from '../workstations/roster.ts'
import { networkOf } from './network.ts'
import { lineModes } from './site.ts'

/** The files of `config/` and their contents. Every scalar arrives as text. */

export const text = z.string().trim().min(1, 'must not be empty').max(64, 'at most 64 characters')
const name = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'lower-case letters, digits and -, at most 32, a letter first')
const promptName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'name of a prompt: lower-case letters, digits and -')
export const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `between ${least} and ${most}`)
export const yes = z.enum(['true', 'false'], 'true or false').transform((value) => value === 'true')
/** A day that exists: 2026-02-30 does not. */
export const day = z.string().refine((value) => {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value)
}, 'a day like 2026-11-23')
/** Written as people do, e.g. `0355-5550101`; stored as digits. */
const number = z
  .string()
  .regex(/^[\d -]+$/, 'digits, with - or spaces between')
  .transform((value) => value.replace(/\D/g, ''))
  .refine((value) => value.length >= 3 && value.length <= 16, '3 to 16 digits')

/** Minutes of the day, from a text like 09:00-20:00. */
export const callHours = z.string().transform((value, context) => {
  const found = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(value)
  const [, h = '', m = '', toH = '', toM = ''] = found ?? []
  const between = { from: Number(h) * 60 + Number(m), to: Number(toH) * 60 + Number(toM) }
  if (found && between.from < between.to && between.to <= 1_440) return between
  context.addIssue({ code: 'custom', message: 'hours of one day like 09:00-20:00' })
  return z.NEVER
})

const usualOutgoing = {
  hours: { from: 540, to: 1_200 },
  ringMs: 45_000,
  perNumberAndDay: 5,
  tries: 3,
  spacingMinutes: 240,
  machine: null,
}

export const hotlineFile = z.strictObject({
  city: text,
  areaCode: z.string().regex(/^0\d{2,3}$/, 'an area code like 0355'),
  regionCode: z.string().regex(/^\d{4}00$/, 'a city by GB/T 2260, like 140400'),
  name: text,
  timings: z.strictObject({
    ringMs: whole(5_000, 120_000),
    popMs: whole(0, 5_000),
    wrapUpMs: whole(0, 3_600_000),
    wrapUpCapMs: whole(0, 3_600_000),
    wrapUpTypingMs: whole(0, 600_000)
      .optional()
      .transform((found) => found ?? 20_000),
    announceEveryMs: whole(10_000, 600_000),
    keyGraceMs: whole(0, 10_000).default(4_000),
    wayOutAfterMs: whole(10_000, 1_800_000).default(60_000),
    gaveUpAfterMs: whole(0, 60_000).default(5_000),
    requestMs: whole(500, 30_000),
    reachMs: whole(5_000, 60_000).default(25_000),
  }),
  reading: z
    .strictObject({ alarmAt: whole(1, 999_999_999), refuseAt: whole(1, 999_999_999) })
    .refine(({ alarmAt, refuseAt }) => alarmAt <= refuseAt, 'alarmAt must not be more than refuseAt')
    .optional()
    .transform((found) => found ?? { alarmAt: 5_000, refuseAt: 20_000 }),
  tickets: z
    .strictObject({ review: yes })
    .optional()
    .transform((found) => found ?? { review: false }),
  outgoing: z
    .strictObject({
      hours: callHours,
      ringMs: whole(2_000, 120_000),
      perNumberAndDay: whole(1, 50),
      tries: whole(1, 20),
      spacingMinutes: whole(0, 10_080),
      machine: z
        .strictObject({ atOnce: whole(1, 100), perMinute: whole(1, 600), whileBelow: whole(1, 10_000) })
        .optional()
        .transform((found) => found ?? null),
    })
    .optional()
    .transform((found) => {
      const { hours: between, ...rest } = found ?? usualOutgoing
      return { ...between, ...rest }
    }),
  workstations: z
    .strictObject({ dayShift: callHours, remindOn: whole(1, 28) })
    .optional()
    .transform((found) => found ?? usualDutyRules),
  survey: z
    .strictObject({
      scale: z.enum(['3', '5'], '3 or 5').transform((found): SurveyScale => (found === '5' ? 5 : 3)),
      minTalkMs: whole(0, 600_000).default(10_000),
      lines: z.array(number).optional(),
      linkEveryDays: whole(1, 365).optional(),
    })
    .optional()
    .transform((found) => found ?? null),
  breakReasons: z.array(z.strictObject({ code: name, name: text })).min(1),
  mapUrl: z
    .string()
    .max(256, 'at most 256 characters')
    .refine((value) => URL.canParse(value) && /^https?:/.test(value), 'an address that begins with https://')
    .refine((value) => value.includes('{place}'), 'an address with {place} in it')
    .optional()
    .transform((found) => found ?? null),
})

export const skillsFile = z.strictObject({ skills: z.array(z.strictObject({ id: name, name: text })).min(1) })

const action = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('queue'), skill: name, priority: whole(0, 9).optional() }),
  z.strictObject({ do: z.literal('replay') }),
  z.strictObject({ do: z.literal('inquire') }),
])
export const menusFile = z.strictObject({
  menus: z.array(
    z.strictObject({ id: name, keys: z.record(z.string().regex(/^[0-9*#]$/, 'one key: 0-9, * or #'), action) }),
  ),
})

export const trunksFile = z.strictObject({
  trunks: z
    .array(
      z.strictObject({
        name,
        kind: z.enum(['carrier', 'province'], 'carrier or province'),
        networks: z
          .array(z.string().refine((value) => networkOf(value) !== null, 'a network like 192.0.2.0/24'))
          .min(1, 'at least one network'),
        vouches: yes.default(true),
        sendTo: z
          .string()
          .refine(isTarget, 'host:port, e.g. 10.0.0.5:5060, or sample')
          .optional()
          .transform((found) => found ?? null),
      }),
    )
    .min(1),
})

/** Asterisk's files accept no other characters in an address. */
function isTarget(value: string): boolean {
  const port = Number(/^[a-zA-Z0-9.-]{1,253}:(\d{1,5})$/.exec(value)?.[1])
  return value === 'sample' || (port > 0 && port <= 65_535)
}

const hours = z
  .string()
  .refine(
    (value) => readHours(value) !== null,
    'hours like 24h, or workdays 08:30-12:00 14:30-18:00; daily 08:00-20:00',
  )
  .transform((value) => writeHours(readHours(value) ?? []))
const remark = z.string().trim().max(200, 'at most 200 characters').default('')
const offered = directoryKinds.filter((kind) => kind !== 'EMERGENCY')

export const directoryFile = z.strictObject({
  isSample: yes.default(false),
  emergency: z.array(z.strictObject({ number, name: text, remark })).min(1, 'at least one number'),
  entries: z.array(
    z.strictObject({
      number,
      name: text,
      kind: z.enum(offered, `one of ${offered.join(', ')}`),
      hours: hours.default(''),
      remark,
    }),
  ),
})

const words = z.array(text).default([])
/** Lists of the check of answers: `ReplyWords`. */
export const replyCheckFile = z.strictObject({
  ...{ overPromise: words, absolutes: words, pushingOff: words, commonWords: words, dangers: words },
  ...{ safetyHints: words, openings: words, closings: words, policies: words, contacted: words, notReached: words },
  ...{ solved: words, measures: words, results: words, citizenWords: words, repeated: words, lasting: words },
  properNames: z.record(text, text).default({}),
})

export const numbersFile = z.strictObject({
  lines: z
    .array(
      z.strictObject({
        number,
        name: text,
        department: text,
        mode: z.enum(lineModes, `one of ${lineModes.join(', ')}`),
        landingDids: z.array(number).default([]),
        greeting: promptName,
        menu: name.optional(),
        skill: name,
        priority: whole(0, 9).default(5),
        effectiveFrom: day.optional(),
        effectiveTo: day.optional(),
        keepNumber: yes,
        isSample: yes.default(false),
      }),
    )
    .min(1),
})
