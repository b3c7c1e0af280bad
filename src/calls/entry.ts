import { createHash } from 'node:crypto'
import { normaliseNumber, recogniseLine } from '../lines/dialled.ts'
import type { CallId, ChannelId, Instant } from '../platform/types.ts'
import { ulidOf } from '../platform/ulid-time.ts'
import type { Site } from '../site/site.ts'
import type { LiveChannel } from '../telephony/ari.ts'
import type { Entry } from './call.ts'

/** What `Stasis()` was given by the dialplan, each value URI-encoded: see `dialplan/`. */
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
  const [dialled, diversion, historyInfo, pCalledParty, arrival] = args.map(decode)
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
    caller: {
      number: normaliseNumber(channel.callerNumber, site.areaCode).e164,
      raw: clean(channel.callerNumber),
      name: clean(channel.callerName),
    },
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
  }
}

/** The same for whoever meets the call: the fallback's queue, a controller, the one after it, the import. */
function callIdOf(node: string, channel: ChannelId, arrivedAt: Instant): CallId {
  return ulidOf(arrivedAt, createHash('sha256').update(`${node}/${channel}`).digest()) as CallId
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // Not what our dialplan writes; the raw text is still better than nothing.
    return text
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
