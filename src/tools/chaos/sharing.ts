import { setTimeout as sleep } from 'node:timers/promises'
import type { CallView } from '../../calls/machine/view.ts'
import { nameOf } from '../bench/desks.ts'

/** Agents who ask a colleague into every call, as long as it is switched on: half of them to consult, half to talk with all. */
export interface Sharing {
  isOn: boolean
}

/** Agreed between citizen and agent by the end of the number: the citizen of a consult hears music until the end. */
export function isConsulted(caller: string): boolean {
  return Number(caller.at(-1)) % 2 === 0
}

export interface SharingSeat {
  /** What the desk was told of a call. */
  see(call: CallView): void
}

/** A colleague is busy, or the controller is away: another one is asked a moment later. */
const againMs = 700
const mostTries = 20

/**
 * @param post asks the API as this agent
 * @param count of agents
 */
export function openSharingSeat(
  me: string,
  { sharing, count, post }: { sharing: Sharing; count: number; post(path: string, body: object): Promise<unknown> },
): SharingSeat {
  const newest = new Map<string, CallView>()
  const begun = new Set<string>()

  async function share(id: string): Promise<void> {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const call = newest.get(id)
      if (!call || !sharing.isOn || !isMine(call)) return
      // Somebody rings, or is there.
      if (call.parties.length === 2) {
        const mode = isConsulted(call.caller.number ?? '') ? 'consult' : 'three-way'
        const to = { kind: 'agent', number: colleague() }
        await post(`/api/calls/${id}/parties`, { to, mode }).catch(() => undefined)
      }
      await sleep(againMs)
    }
  }

  function colleague(): string {
    const others = Array.from({ length: count }, (_, index) => nameOf(index)).filter((name) => name !== me)
    return others[Math.floor(Math.random() * others.length)] ?? me
  }

  const isMine = ({ phase, parties }: CallView) =>
    phase === 'talking' && parties.some((party) => party.agentNumber === me && party.role === 'AGENT' && party.isUp)

  return {
    see(call) {
      if (call.phase === 'ended') newest.delete(call.id)
      else newest.set(call.id, call)
      if (!isMine(call)) return
      if (call.parties.every(({ role }) => role !== 'CALLER')) {
        post(`/api/calls/${call.id}/actions`, { action: 'hang-up' }).catch(() => undefined)
      } else if (sharing.isOn && !begun.has(call.id)) {
        begun.add(call.id)
        void share(call.id)
      }
    },
  }
}
