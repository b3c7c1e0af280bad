import type { CallView } from '../../../src/calls/machine/view.ts'
import type { AgentView } from '../../../src/desk/protocol.ts'
import type { QueueFigures } from '../../../src/floor/queue/queue.ts'
import type { AgentId, CallId, OfferId, SkillId } from '../../../src/platform/types.ts'

/** Small builders of what pages are told. */

export const callId = (n: number) => `CALL-${n}` as CallId
export const agentId = (n: number) => String(n) as AgentId
export const offerId = (n: number) => `OFFER-${n}` as OfferId

export function anAgent(over: Partial<AgentView> = {}): AgentView {
  return {
    id: agentId(7),
    number: '1001',
    name: '张敏',
    skills: ['general' as SkillId],
    state: 'READY',
    reason: null,
    since: 0,
    isReachable: true,
    offerId: null,
    callId: null,
    lastCallId: null,
    next: null,
    wrapUpUntil: null,
    idleSince: 0,
    version: 1,
    ...over,
  }
}

export function aCall(over: Partial<CallView> = {}): CallView {
  return {
    id: callId(1),
    version: 1,
    direction: 'IN',
    about: null,
    phase: 'offering',
    parties: [],
    isOnHold: false,
    isCallerWaiting: false,
    actions: [],
    lastResult: null,
    isCallerHidden: false,
    caller: { number: '139****1234', place: '长治', name: null, isWithheld: false },
    line: {
      number: '12333',
      name: '人力资源和社会保障',
      isOld: true,
      source: 'DIVERSION',
      confidence: 'CERTAIN',
      unknownDiversion: null,
    },
    skill: 'general',
    keys: '',
    inquired: [],
    arrivedAt: 0,
    queuedAt: 0,
    offeredAt: 0,
    answeredAt: null,
    endedAt: null,
    offerId: offerId(1),
    agentId: agentId(7),
    agentNumber: '1001',
    isAgentAway: false,
    outcome: null,
    endedBy: null,
    ...over,
  }
}

/** What a browser gives, kept in a map: Node has no storage that starts empty. */
export class Drawer implements Storage {
  private kept = new Map<string, string>()
  get length(): number {
    return this.kept.size
  }
  key(n: number): string | null {
    return [...this.kept.keys()][n] ?? null
  }
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value)
  }
  removeItem(key: string): void {
    this.kept.delete(key)
  }
  clear(): void {
    this.kept.clear()
  }
}

export const noFigures: QueueFigures = {
  waiting: 0,
  oldestSince: null,
  ready: 0,
  signedIn: 0,
  talking: 0,
  bySkill: {},
}
