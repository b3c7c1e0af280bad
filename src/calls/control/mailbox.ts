import { evenFrom } from '../../platform/process/time.ts'
import type { CallId, Instant } from '../../platform/types.ts'
import type { Timings } from '../../site/site.ts'
import { advance } from '../machine/advance.ts'
import type { Call, CallEvent, Effect, Step, TimerName } from '../machine/call.ts'
import { isWorthKeeping } from '../machine/keeping.ts'

/** A mailbox's dependencies. */
export interface Surroundings {
  now(): Instant
  timings: Timings
  /** Stores a state that the next controller would miss; nothing is done about its event before this has resolved. */
  keep(call: Call): Promise<void>
  /**
   * Carries out one effect; its result is an event, never an exception.
   * @param call as it was when the effect was asked for
   * @param present as it is meanwhile
   */
  perform(effect: Effect, call: Call, present: () => Call): Promise<CallEvent | null>
  /** Called once, when the call has ended and its last effect is done. */
  onEnded(callId: CallId): void
  onFault(callId: CallId, event: CallEvent['type'], error: unknown): void
}

/**
 * One call, one event at a time: advance, keep, then act. Effects run in order while further events are accepted, so
 * that a hang-up is never delayed by a slow request.
 */
export class Mailbox {
  #call: Call
  readonly #world: Surroundings
  readonly #inbox: CallEvent[] = []
  #isBusy = false
  #effects: Promise<void> = Promise.resolve()
  #alarm: { timer: TimerName; at: Instant; handle: NodeJS.Timeout } | null = null
  #isStopped = false
  /** A clock step neither fires a call's timers early nor changes its length. */
  readonly #now: () => Instant

  /** @param step the step that made the call; without effects for an adopted call */
  static open(step: Step, world: Surroundings): Mailbox {
    const mailbox = new Mailbox(step.call, world)
    mailbox.#begin(step.effects)
    return mailbox
  }

  private constructor(call: Call, world: Surroundings) {
    this.#call = call
    this.#world = world
    this.#now = evenFrom(world.now())
  }

  get call(): Call {
    return this.#call
  }

  post(event: CallEvent): void {
    if (this.#isStopped) return
    this.#inbox.push(event)
    if (!this.#isBusy) void this.#drain()
  }

  /** Accepts no further event and fires no alarm; for a controller that stops or was replaced. */
  stop(): void {
    this.#isStopped = true
    if (this.#alarm) clearTimeout(this.#alarm.handle)
    this.#alarm = null
  }

  #begin(effects: Effect[]): void {
    this.#isBusy = true
    void this.#world.keep(this.#call).then(() => {
      this.#act(effects, this.#call)
      this.#setAlarm()
      void this.#drain()
    })
  }

  async #drain(): Promise<void> {
    this.#isBusy = true
    for (let event = this.#inbox.shift(); event && !this.#isStopped; event = this.#inbox.shift()) {
      try {
        await this.#take(event)
      } catch (error) {
        this.#world.onFault(this.#call.id, event.type, error)
      }
    }
    this.#isBusy = false
  }

  async #take(event: CallEvent): Promise<void> {
    const before = this.#call
    const { call, effects } = advance(before, event, this.#now(), this.#world.timings)
    this.#call = call
    if (call !== before) {
      if (isWorthKeeping(before, call)) await this.#world.keep(call)
      this.#setAlarm()
    }
    this.#act(effects, call)
    const isEnding = call.stage.phase === 'ended' && before.stage.phase !== 'ended'
    if (isEnding) this.#effects = this.#effects.then(() => this.#world.onEnded(call.id))
  }

  #act(effects: Effect[], call: Call): void {
    for (const effect of effects) {
      this.#effects = this.#effects.then(async () => {
        const event = await this.#world.perform(effect, call, () => this.#call)
        if (event) this.post(event)
      })
    }
  }

  /** Only the earliest alarm is set; after it fired the state says which is next. */
  #setAlarm(): void {
    const entries = Object.entries(this.#call.timers) as [TimerName, Instant][]
    const next = entries.sort(([, a], [, b]) => a - b)[0]
    if (this.#alarm && next && this.#alarm.timer === next[0] && this.#alarm.at === next[1]) return
    if (this.#alarm) clearTimeout(this.#alarm.handle)
    this.#alarm = null
    if (!next || this.#isStopped) return
    const [timer, at] = next
    const handle = setTimeout(
      () => {
        this.#alarm = null
        this.post({ type: 'timer', timer })
      },
      Math.max(0, at - this.#now()),
    )
    this.#alarm = { timer, at, handle }
  }
}
