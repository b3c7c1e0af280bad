import type { Redis } from 'ioredis'
import type { StructureCheck } from '../platform/database/structure/check.ts'
import type { StructureFault } from '../platform/database/structure/migrations.ts'
import type { Room } from '../platform/process/disk.ts'
import type { Instant } from '../platform/types.ts'
import { type AsteriskHealth, judgeAsterisk, type Origin, type RunningAsterisk } from './asterisk.ts'
import type { Exposure } from './exposure.ts'

/** Whether calls can be answered: each required part, and whether it responds. */

export type Part = 'database' | 'structure' | 'redis' | 'calls' | 'ari'
/** After this long without a sign of life the calls role counts as down. */
const signOfLifeMs = 5_000
const limitMs = 2_000

export interface HealthParts {
  structure: StructureCheck
  redis: Redis
  /** The node whose controller is required. */
  node: string
  /** For files of tickets. */
  roomForFiles(): Promise<Pick<Room, 'isShort'>>
  /** Trial features that must not be on where others reach this machine. */
  exposures(): Promise<Exposure[]>
  /** Of the Asterisk on this machine. */
  origin(): Promise<Origin | null>
  now(): Instant
}

/** Sign of life that the leading controller writes every second. */
export interface Sign {
  ariConnected: boolean
  at: Instant
  /** `host:pid` */
  leader: string
  epoch: number
  /** Recordings cannot be stored any more, now or soon. */
  isRoomShort: boolean
  /** Null until the first connection to it. */
  asterisk: RunningAsterisk | null
}

export const signKey = (node: string): string => `{hotline}:calls-role:${node}`
/** Name of a standby controller; missing when there is none. */
export const standbyKey = (node: string): string => `{hotline}:calls-standby:${node}`

/** Sign of life of each web role: without one no desk can be heard, however healthy it is. */
export const webSignKey = '{hotline}:web-role'
export const webSignMs = 8_000

export interface Health {
  missing: Part[]
  /** Differences of the database's structure from this version. */
  structureFaults: StructureFault[]
  /** The leading controller; null while it is unknown. */
  leader: { name: string; epoch: number } | null
  hasStandby: boolean
  /** Calls are accepted nevertheless. */
  isRoomShort: boolean
  /** Of the disk that files of tickets lie on; tickets are accepted nevertheless. */
  isRoomForFilesShort: boolean
  exposures: Exposure[]
  asterisk: AsteriskHealth
}

export async function healthOf(parts: HealthParts): Promise<Health> {
  const { redis, node } = parts
  const [structure, signs, isRoomForFilesShort, exposures, origin] = await Promise.all([
    within(parts.structure.faults()).catch(() => undefined),
    within(redis.mget(signKey(node), standbyKey(node))).catch(() => undefined),
    within(parts.roomForFiles()).then(
      (room) => room.isShort,
      // If the folder cannot be examined, nothing can be stored in it.
      () => true,
    ),
    // While the database is unreachable, that is the message.
    within(parts.exposures()).catch(() => []),
    parts.origin(),
  ])
  const structureFaults = structure ?? []
  const missing: Part[] = structure === undefined ? ['database'] : structureFaults.length > 0 ? ['structure'] : []
  const judged = (running: RunningAsterisk | null) => judgeAsterisk(running, origin, parts.now())
  const known = { missing, structureFaults, isRoomForFilesShort, exposures }
  if (signs === undefined) {
    missing.push('redis')
    return { ...known, leader: null, hasStandby: false, isRoomShort: false, asterisk: judged(null) }
  }
  const [sign = null, standby = null] = signs
  const { ariConnected, at, leader, epoch, isRoomShort, asterisk } = readSign(sign)
  const isFresh = at !== undefined && parts.now() - at <= signOfLifeMs
  if (!isFresh) missing.push('calls')
  else if (!ariConnected) missing.push('ari')
  return {
    ...known,
    leader: isFresh && leader !== undefined && epoch !== undefined ? { name: leader, epoch } : null,
    // A standby's sign outlives by some seconds the moment in which it began to lead.
    hasStandby: standby !== null && standby !== leader,
    isRoomShort: isFresh && isRoomShort === true,
    asterisk: judged(asterisk ?? null),
  }
}

function readSign(text: string | null): Partial<Sign> {
  try {
    return text === null ? {} : JSON.parse(text)
  } catch {
    // Not written by a controller of ours: treated as no sign.
    return {}
  }
}

function within<T>(work: Promise<T>): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs).unref()
    }),
  ])
}
