import { createHash } from 'node:crypto'
import { type Caller, readCaller } from '../../lines/caller.ts'
import { normaliseNumber, recogniseLine } from '../../lines/dialled.ts'
import { textOf } from '../../platform/text/encoded-text.ts'
import { ulidOf } from '../../platform/text/ulid-time.ts'
import type { CallId, ChannelId, Instant } from '../../platform/types.ts'
import type { Site } from '../../site/site.ts'
import type { LiveChannel } from '../../telephony/ari/ari.ts'
import type { Entry } from '../machine/call.ts'

/** The dialplan's arguments to `Stasis()`, each value URI-encoded: see `dialplan/`. The caller's headers follow. */
const argumentsOfEntry = 5

/** From the dialplan's first step until a controller meets the caller. */
const longestArrivalMs = 30 * 60_000

/** Nothing is known about the dialled number: the caller is accepted nevertheless. */
export const unknownEntry = ['', '', '', '', '']

/**
 * Reads a call from the channel that entered: the caller, the dialled number, and its line.
 * @returns null for a channel that did not come through the dialplan's entry
 */
export function readEntry(site: Site, node: string, channel: LiveChannel, args: string[], now: Instant): Entry | null {
  if (args.length < argumentsOfEntry) return null
  const [dialled, diversion, historyInfo, pCalledParty, arrival, from = '', asserted = '', privacy = ''] =
    args.map(textOf)
  const stampedAt = instantOf(arrival) ?? now
  const known = recogniseLine(
    {
      dialled: dialled ?? '',
      diversion: diversion || null,
      historyInfo: historyInfo || null,
      pCalledParty: pCalledParty || null,
    },
    site.lines,
    site.areaCode,
  )
  const { line } = known
  return {
    id: callIdOf(node, channel.id, stampedAt),
    node,
    channel: channel.id,
    // No caller waits this long for a controller: Asterisk's clock was stepped in between.
    arrivedAt: Math.abs(now - stampedAt) < longestArrivalMs ? stampedAt : now,
    caller: callerOf(channel, readCaller({ from, asserted, privacy }, site.areaCode), site.areaCode),
    dialled: clean(dialled) ?? '',
    diverted: clean(known.diverted),
    line: {
      number: line.number,
      name: line.name,
      isOld: line.number !== '12345',
      source: known.source,
      confidence: known.confidence,
      unknownDiversion: clean(known.unknownDiversion),
    },
    greeting: line.greeting,
    menu: site.menus.find((menu) => menu.id === line.menu)?.keys ?? {},
    skill: line.skill,
    priority: line.priority,
    lastAgent: null,
    areaCode: site.areaCode,
    ...surveyOf(site, line.number),
  }
}

function surveyOf({ survey }: Pick<Site, 'survey'>, line: string): Pick<Entry, 'surveyRules'> {
  if (survey === null || survey.lines?.includes(line) === false) return {}
  const { scale, minTalkMs } = survey
  return { surveyRules: { scale, minTalkMs } }
}

/** The same in every process that meets the call: the fallback's queue, a controller, its successor, the import. */
function callIdOf(node: string, channel: ChannelId, arrivedAt: Instant): CallId {
  return ulidOf(arrivedAt, createHash('sha256').update(`${node}/${channel}`).digest()) as CallId
}

/** @param read null for a guest's phone, whose number we assign, and for a trace without headers */
function callerOf(channel: LiveChannel, read: Caller | null, areaCode: string): Entry['caller'] {
  // If From is too long to be passed on, Asterisk has read its number nevertheless.
  const { e164 } = normaliseNumber(channel.callerNumber, areaCode)
  const number = read?.number ?? e164
  return {
    number,
    raw: clean(read && read.number === number ? read.raw : channel.callerNumber),
    name: clean(read ? read.name : channel.callerName),
    ...(read?.isWithheld && number !== null ? { isWithheld: true } : {}),
  }
}

/** Display names and headers come from outside: no control characters, no direction overrides, not too long. */
function clean(text: string | null | undefined): string | null {
  const plain = (text ?? '')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, '')
    .trim()
    .slice(0, 128)
    .toWellFormed()
  return plain === '' ? null : plain
}

function instantOf(text: string | undefined): Instant | null {
  const value = Number(text)
  return Number.isInteger(value) && value > 1e12 && value < 1e13 ? value : null
}
