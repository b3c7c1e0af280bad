import { ownLineOf } from '../../lines/dialled.ts'
import type { Instant } from '../../platform/types.ts'
import type { Site } from '../../site/site.ts'
import type { Entry } from '../machine/call.ts'
import type { Outgoing, PlaceAsk } from '../machine/outgoing/outgoing.ts'
import { citizenLegOf } from '../machine/outgoing/placing.ts'

/** An outgoing call belongs to the hotline's own line, whose number the citizen is shown. */
export function outgoingEntry(
  site: Pick<Site, 'lines' | 'areaCode'>,
  { callId, node, number, name, outgoing }: Pick<PlaceAsk, 'callId' | 'node' | 'number' | 'name' | 'outgoing'>,
  now: Instant,
): Entry & { outgoing: Outgoing } {
  const line = ownLineOf(site.lines)
  return {
    ...{ id: callId, node, channel: citizenLegOf(callId), arrivedAt: now, outgoing },
    caller: { number, raw: number, name },
    dialled: line.number,
    diverted: null,
    line: {
      ...{ number: line.number, name: line.name, isOld: false },
      ...{ source: 'DIALLED', confidence: 'CERTAIN', unknownDiversion: null },
    },
    ...{ greeting: line.greeting, menu: {}, skill: line.skill, priority: line.priority },
    lastAgent: null,
    areaCode: site.areaCode,
  }
}
