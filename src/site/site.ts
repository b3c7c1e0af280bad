import type { SurveyRules } from '../calls/machine/survey/survey.ts'
import type { DirectoryEntry } from '../directory/entry.ts'
import type { FollowUpRules } from '../followup/rules.ts'
import type { TriggerRules } from '../oversight/triggers/trigger.ts'
import type { PromptId, SkillId } from '../platform/types.ts'
import type { ReplyWords } from '../tickets/reply/check.ts'
import type { Township } from '../units/places.ts'
import type { DutyRules } from '../workstations/roster.ts'

/** A site engineer's configuration in `config/`, reviewed in version control, after it was loaded and checked. Pure. */

/** How an old number was merged into 12345. Source: running rules, section 二; domain model of a line. */
export const lineModes = ['MERGED_FORWARD', 'PARALLEL', 'SUBCENTER', 'TRANSFER_TARGET', 'EMERGENCY', 'UTILITY'] as const
export type LineMode = (typeof lineModes)[number]

export interface Line {
  /** As the citizen dials it: `12345`, `12333`, `0355-5550123`. Digits only. */
  number: string
  name: string
  department: string
  mode: LineMode
  /** Numbers to which the carrier delivers this line's forwarded calls; the surest sign of the line. */
  landingDids: string[]
  greeting: PromptId
  menu: string | null
  skill: SkillId
  /** 0 is served first. 12345 itself: 5. */
  priority: number
  effectiveFrom: string | null
  effectiveTo: string | null
  keepNumber: boolean
  isSample: boolean
}

export type MenuAction =
  | { do: 'queue'; skill: SkillId; priority?: number }
  | { do: 'replay' }
  /** 进度查询 by keypad. */
  | { do: 'inquire' }

export interface Menu {
  id: string
  /** Overlay keys: valid while the greeting plays; no key leads to the queue (GB/T 33358). */
  keys: Record<string, MenuAction>
}

export interface Trunk {
  name: string
  kind: 'carrier' | 'province'
  /** Networks that this trunk's signalling comes from, CIDR. */
  networks: string[]
  /** Its network vouches for P-Asserted-Identity: the caller's number is read from there. */
  vouches: boolean
  /**
   * Where outgoing calls go, `host:port`; `sample`: to the program that plays the province and all other numbers. Null:
   * no outgoing calls over it.
   */
  sendTo: string | null
}

/** A row of `config/directory.yaml`; administrators change and add rows at `/admin/directory`. */
export interface DirectorySeed extends Omit<DirectoryEntry, 'id'> {
  isSample: boolean
}

export interface Skill {
  id: SkillId
  name: string
}

export interface Timings {
  /** An agent's phone rings this long, then RONA. */
  ringMs: number
  /** The desk has this long to show the caller; then the phone rings in any case. */
  popMs: number
  wrapUpMs: number
  wrapUpCapMs: number
  /** While the agent types, at least this much of the wrap-up is left, up to the cap; 0: typing extends nothing. */
  wrapUpTypingMs: number
  /** Position and expected wait are spoken this often. */
  announceEveryMs: number
  /** A key of the menu still counts for this long after the greeting. */
  keyGraceMs: number
  /** A caller who has waited this long is told how to request a callback or leave a message. */
  wayOutAfterMs: number
  /** A caller who gives up after waiting this long or longer is called back. */
  gaveUpAfterMs: number
  /** A request to Asterisk without an answer after this long has failed. */
  requestMs: number
  /** A party whom an agent brings in may ring this long; then caller and agent are together again. */
  reachMs: number
}

export interface OutgoingRules {
  /** Minutes of the day between which citizens are called. */
  from: number
  to: number
  /** How long a citizen's phone may ring. */
  ringMs: number
  /** Calls to one number in a day, of all agents and for any reason. */
  perNumberAndDay: number
  /** After so many tries a supervisor decides about a callback. */
  tries: number
  /** Between two tries of one callback. */
  spacingMinutes: number
  /** Calls by machine (按键回访); null: there are none. */
  machine: MachineRules | null
}

export interface MachineRules {
  /** Calls at one time. */
  atOnce: number
  perMinute: number
  /** None is placed while so many calls of all kinds are on the line: the trunk's channels are for callers first. */
  whileBelow: number
}

/** How callers rate a talk, and those of which lines: left out, all of them. */
export interface SurveyAsked extends SurveyRules {
  lines?: string[] | undefined
  /** Who hung up first gets a link by message, at most one in so many days; left out: none. */
  linkEveryDays?: number | undefined
}

export interface Site {
  city: string
  areaCode: string
  /** GB/T 2260, e.g. `140400`: how the city is named to the province. */
  regionCode: string
  /** e.g. `长治12345` */
  name: string
  timings: Timings
  /** Records of citizens that one person may be shown in a day. */
  reading: { alarmAt: number; refuseAt: number }
  /** Rules of calls that agents place. */
  outgoing: OutgoingRules
  /** Shifts of county workstations, and when they are reminded of the next month. */
  workstations: DutyRules
  /** How callers rate a talk by a key; null: they are not asked. */
  survey: SurveyAsked | null
  /** `review`: a ticket that is handed in is looked at before it is dispatched (预审). */
  tickets: { review: boolean }
  breakReasons: { code: string; name: string }[]
  /** The map page of a place, with `{place}` and perhaps `{city}`; null: places are not links. */
  mapUrl: string | null
  skills: Skill[]
  lines: Line[]
  menus: Menu[]
  trunks: Trunk[]
  /** Emergency numbers first: those may always be dialled. */
  directory: DirectorySeed[]
  /** Townships with their villages, by name. */
  places: Township[]
  /** Words that an answer of a unit is checked by. */
  replyCheck: ReplyWords
  /** When supervision begins, in the order of their days. */
  oversight: TriggerRules[]
  followUp: FollowUpRules
}
