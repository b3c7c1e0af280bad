import type { Hotline } from '../setup/hotline.ts'
import { armPhones, phonesPort } from './arms.ts'
import { type Desks, openDesks } from './desks.ts'
import { type FloorArm, startFloorArm } from './floor/arm.ts'
import type { Trace } from './flows.ts'
import type { Bench } from './measurement.ts'
import { type Citizens, openCitizens } from './sip/citizen.ts'
import { type Media, openMedia } from './sip/media.ts'
import { openPhones, type Phones } from './sip/phones.ts'

/** The participants of the flows: citizens, arm F, agents with their desks and phones. */

export interface CallersStage {
  hotline: Hotline
  floor: FloorArm
  media: Media
  citizens: Citizens
  /** Calls in progress, by the end of the caller's number: agents' phones and desks see only that. */
  calls: Map<string, Trace>
  close(): Promise<void>
}

export function callers(bench: Bench): Promise<CallersStage> {
  return bench.shared('callers', async (hotline) => {
    const { SIP_HOST: host, SIP_PORT: sipPort } = hotline.settings
    const floor = await startFloorArm(hotline.settings)
    const media = await openMedia(host)
    const citizens = await openCitizens({ host, sipPort, mediaPort: media.port })
    return {
      hotline,
      floor,
      media,
      citizens,
      calls: new Map(),
      async close() {
        citizens.close()
        media.close()
        await floor.close()
      },
    }
  })
}

export interface AgentsStage {
  phones: Phones
  desks: Desks
  /** How many sit at their desks; the arms N and F have more phones than they need. */
  count: number
  close(): void
}

/** Enough for the highest rate tried, times the seconds for which a call occupies its agent. */
const agentsSeated = { short: 110, full: 350 }

export function agents(bench: Bench): Promise<AgentsStage> {
  return bench.shared('agents', async (hotline) => {
    const { settings } = hotline
    const count = Math.min(armPhones, bench.isFull ? agentsSeated.full : agentsSeated.short)
    bench.say(`${count} agents log in, register their phones and say 示闲 …`)
    const phones = await openPhones({ host: settings.SIP_HOST, sipPort: settings.SIP_PORT, port: phonesPort(settings) })
    const desks = await openDesks(settings, count, phones.register)
    return {
      phones,
      desks,
      count,
      close() {
        desks.close()
        phones.close()
      },
    }
  })
}

/** Records what phones and desks see of each call in progress. */
export function follow({ calls, media }: CallersStage, { phones, desks }: AgentsStage): void {
  const note = (caller: string, what: keyof Trace & `${string}At`, at: number) => {
    const trace = calls.get(caller)
    if (trace) trace[what] ??= at
  }
  phones.tell(
    {
      onInvite: (caller, at) => note(caller, 'agentInvitedAt', at),
      onAnswered: (caller, at) => note(caller, 'agentAnsweredAt', at),
      onHeard: (caller, at) => note(caller, 'agentHearsAt', at),
    },
    media,
  )
  desks.onPop((caller, at) => note(caller, 'poppedAt', at))
}
