import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { watchLoop } from '../../platform/process/loop-delay.ts'
import type { SipRefusal } from '../../telephony/ami/ami.ts'
import type { Call } from '../machine/call.ts'
import type { InquiryResult } from '../machine/inquiry.ts'

/** The calls role's figures, in Prometheus' form. */
export interface CallFigures {
  registry: Registry
  /** Called once when a call has entered and once when it has ended. */
  entered(call: Call): void
  ended(call: Call): void
  inquired(result: InquiryResult): void
  /** Asterisk refused a sender before any call. */
  refused(why: SipRefusal): void
}

export function openCallFigures(): CallFigures {
  const registry = new Registry()
  const registers = [registry]
  watchLoop(registry, 'calls')
  const enteredTotal = new Counter({
    name: 'hotline_calls_entered_total',
    help: 'calls that entered, by the way in which the line was recognised; OUTGOING: placed by agents',
    labelNames: ['source'],
    registers,
  })
  const unknownTotal = new Counter({
    name: 'hotline_unknown_diversions_total',
    help: 'calls diverted from a number that is no line of ours',
    registers,
  })
  const endedTotal = new Counter({
    name: 'hotline_calls_ended_total',
    help: 'calls by outcome',
    labelNames: ['outcome', 'ended_by'],
    registers,
  })
  const inquiriesTotal = new Counter({
    name: 'hotline_inquiries_total',
    help: 'tickets asked for by keypad, by what came of it',
    labelNames: ['result'],
    registers,
  })
  const waited = new Histogram({
    name: 'hotline_answered_wait_seconds',
    help: 'answered calls: from entering the line to an agent',
    buckets: [1, 3, 5, 10, 15, 20, 30, 60, 120, 300, 600],
    registers,
  })
  const refusedTotal = new Counter({
    name: 'hotline_sip_refused_total',
    help: 'SIP requests that Asterisk refused, by why',
    labelNames: ['why'],
    registers,
  })

  return {
    registry,
    refused: (why) => refusedTotal.inc({ why }),
    entered(call) {
      enteredTotal.inc({ source: call.outgoing ? 'OUTGOING' : call.line.source })
      if (call.line.unknownDiversion !== null) unknownTotal.inc()
    },
    inquired(result) {
      inquiriesTotal.inc({ result })
    },
    ended(call) {
      if (call.stage.phase !== 'ended') return
      endedTotal.inc({ outcome: call.stage.outcome, ended_by: call.stage.endedBy })
      if (call.queuedAt !== null && call.answeredAt !== null) waited.observe((call.answeredAt - call.queuedAt) / 1_000)
    },
  }
}

/** Figures that are read on request. */
export function watchCalls(
  registry: Registry,
  parts: {
    calls(): Call[]
    isConnected(): boolean
    /** Epoch of the leading controller. */
    epoch: number
    /** Free disk space for recordings; null until the first look. */
    freeBytes(): number | null
  },
): void {
  const { calls, isConnected, epoch } = parts
  const registers = [registry]
  new Gauge({
    name: 'hotline_calls',
    help: 'living calls by phase',
    labelNames: ['phase'],
    registers,
    collect() {
      this.reset()
      for (const call of calls()) this.inc({ phase: call.stage.phase })
    },
  })
  new Gauge({
    name: 'hotline_ari_connected',
    help: '1 while events of Asterisk arrive',
    registers,
    collect() {
      this.set(isConnected() ? 1 : 0)
    },
  })
  new Gauge({
    name: 'hotline_controller_epoch',
    help: 'epoch of the controller that leads; it changes when another one takes over',
    registers,
    collect() {
      this.set(epoch)
    },
  })
  new Gauge({
    name: 'hotline_recording_free_bytes',
    help: 'room for recordings',
    registers,
    collect() {
      const free = parts.freeBytes()
      if (free !== null) this.set(free)
    },
  })
}
