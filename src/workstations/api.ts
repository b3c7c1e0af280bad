import { z } from 'zod'
import { day } from '../catalogue/rules/api.ts'
import { unitCode } from '../platform/text/codes.ts'
import { oneLine } from '../platform/text/text.ts'
import { alarmKinds, covers, dutyShifts } from './roster.ts'

/** Requests and answers of `/api/workstations`. Types for the pages, too. */

const named = z.object({ code: z.string(), name: z.string() })
const instant = z.number().describe('milliseconds since 1970')
const month = z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/, '月份应写成 2026-12')
const maybe = (longest: number, what: string) => z.union([z.literal(''), oneLine(longest, what)]).default('')

export const byStation = z.object({ unit: unitCode })
export const monthQuery = z.object({ month: month.optional().describe('the present one by default') })

const postFacts = (what: string) =>
  z.object({ name: maybe(32, `${what}姓名`), phone: maybe(40, `${what}电话`) }).default({ name: '', phone: '' })
export const stationFacts = z
  .object({
    leader: postFacts('负责人'),
    handler: postFacts('承办人'),
    backup: postFacts('备岗'),
    feedback: postFacts('反馈人'),
    dutyPhone: maybe(40, '值班电话'),
    funding: maybe(200, '经费说明'),
    cover: z.enum(covers, { error: '请选择值守时间' }).describe('said by the centre: of a station it is not taken'),
    version: z.number().int().min(0).describe('as it was seen; 0: nothing was filled in yet'),
  })
  .meta({ id: 'WorkstationFacts' })

const turns = {
  from: day,
  to: day,
  shifts: z.array(z.enum(dutyShifts)).min(1, '请选择班次').max(2),
}
export const dutyFill = z
  .object({
    ...turns,
    leader: maybe(32, '带班领导'),
    name: oneLine(32, '值班人员'),
    phone: oneLine(40, '值班电话'),
  })
  .meta({ id: 'DutyFill' })
export const dutyClear = z.object(turns).meta({ id: 'DutyClear' })
export const confirmation = z.object({ month }).meta({ id: 'DutyConfirmation' })

const duty = z.object({
  day: z.string(),
  shift: z.enum(dutyShifts),
  leader: z.string(),
  name: z.string(),
  phone: z.string(),
})
const turnNow = z.object({
  shift: z.enum(dutyShifts),
  until: instant,
  isExpected: z.boolean().describe('false: a night that the station does not keep'),
  duty: duty.nullable().describe('null: nobody'),
})
const alarm = z.object({ kind: z.enum(alarmKinds), words: z.string(), at: instant })
const confirmed = z.object({ at: instant, by: z.string(), isChangedSince: z.boolean() })

export const stationList = z
  .object({
    month: z.string(),
    stations: z.array(
      z.object({
        unit: named,
        dutyPhone: z.string(),
        now: turnNow,
        open: z.number().describe('tickets to be signed or handled'),
        overdue: z.number(),
        soon: z.number().describe('yellow'),
        partsBelow: z.number().describe('parts that bureaus and townships have not answered'),
        accounts: z.number().describe('people who may log in'),
        lastSeenAt: instant.nullable(),
        confirmed: confirmed.nullable().describe('of this month'),
        alarms: z.array(alarm),
      }),
    ),
  })
  .meta({ id: 'WorkstationList' })

const post = z.object({ name: z.string(), phone: z.string() })
export const stationDetail = z
  .object({
    unit: named,
    posts: z.object({ leader: post, handler: post, backup: post, feedback: post }),
    dutyPhone: z.string(),
    funding: z.string(),
    cover: z.enum(covers),
    version: z.number(),
    now: turnNow,
    month: z.string(),
    today: z.string(),
    duties: z.array(duty).describe('of this month'),
    gaps: z.array(z.object({ day: z.string(), shift: z.enum(dutyShifts) })).describe('from today on'),
    confirmed: confirmed.nullable(),
    barToConfirm: z.string().nullable(),
    alarms: z.array(alarm),
    may: z.object({ keep: z.boolean(), setCover: z.boolean(), confirm: z.boolean() }),
  })
  .meta({ id: 'Workstation' })

export const stationAbove = z
  .object({
    station: z
      .object({ unit: named, isOwn: z.boolean(), dutyPhone: z.string(), now: turnNow })
      .nullable()
      .describe('null: the unit is below none'),
  })
  .meta({ id: 'StationAbove' })

export const dutyPreview = z
  .object({
    digest: z.string().describe('of the file and of what it would change: to be sent when it is applied'),
    faults: z.array(z.object({ row: z.number(), column: z.string(), title: z.string(), message: z.string() })),
    faultCount: z.number(),
    added: z.number(),
    changed: z.number(),
    same: z.number(),
    planned: z.array(
      z.object({
        row: z.number(),
        kind: z.enum(['ADDED', 'CHANGED', 'SAME']),
        title: z.string(),
        changes: z.array(z.object({ title: z.string(), before: z.string(), after: z.string() })),
      }),
    ),
  })
  .meta({ id: 'DutySheetPreview' })
export const dutyApply = z.object({ digest: z.string().length(64, '请先预览') })

export type StationList = z.infer<typeof stationList>
export type StationDetail = z.infer<typeof stationDetail>
export type StationAbove = z.infer<typeof stationAbove>
export type DutyPreview = z.infer<typeof dutyPreview>
export type TurnNow = z.infer<typeof turnNow>
