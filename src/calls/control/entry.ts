import { createHash } from 'node:crypto'
import { type Caller, readCaller } from '../../lines/caller.ts'
import { normaliseNumber, recogniseLine } from '../../lines/dialled.ts'
import { textOf } from '../../platform/text/encoded-text.ts'
import { ulidOf } from '../../platform/text/ulid-time.ts'
import type { CallId, ChannelId, Instant } from '../../platform/types.ts'
import type { Site } from '../../site/site.ts'
import type { LiveChannel } from '../../telephony/ari/ari.ts'
import type { Entry } from '../machine/call.ts'

/** What `Stasis()` was given by the dialplan, each value URI-encoded: see `dialplan/`. The caller's headers follow. */
const argumentsOfEntry = 5

/** From the dialplan's first step until a controller meets the caller. */
const longestArrivalMs = 30 * 60_000

/** Nothing known about what was dialled: a caller counts for more than the line. */
export const unknownEntry = ['', '', '', '', '']

/**
 * Reads a call from the channel that entered: who calls, what was dialled, which line that is.
 * @returns null for a channel that did not come through the entry of the dialplan
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
    // Nobody waits so long for a controller: Asterisk's clock was another one then.
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
  }
}

/** The same for whoever meets the call: the fallback's queue, a controller, the one after it, the import. */
function callIdOf(node: string, channel: ChannelId, arrivedAt: Instant): CallId {
  return ulidOf(arrivedAt, createHash('sha256').update(`${node}/${channel}`).digest()) as CallId
}

/** @param read null for a guest's phone, whose number is ours to give, and for a trace that tells nothing */
function callerOf(channel: LiveChannel, read: Caller | null, areaCode: string): Entry['caller'] {
  // Of a From that is too long to be passed on, Asterisk has read the number all the same.
  const { e164 } = normaliseNumber(channel.callerNumber, areaCode)
  const number = read?.number ?? e164
  return {
    number,
    raw: clean(read && read.number === number ? read.raw : channel.callerNumber),
    name: clean(read ? read.name : channel.callerName),
    ...(read?.isWithheld && number !== null ? { isWithheld: true } : {}),
  }
}

/** Display names and headers come from strangers: no control characters, no direction overrides, not too long. */
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
