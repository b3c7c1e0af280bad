import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Gauge, type Registry } from 'prom-client'

/**
 * Event-loop delay of this process: a callback that computes for 100 ms delays every call by as much, and Asterisk
 * drops a controller that does not read its events. Always on; since the figures were last read.
 * @param role names the metric: texts of several roles are merged, each name once
 */
export function watchLoop(registry: Registry, role: string): void {
  const delay = monitorEventLoopDelay({ resolution: sampleMs })
  delay.enable()
  const seconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - sampleMs / 1e3)
  new Gauge({
    name: `hotline_${role}_loop_delay_seconds`,
    help: `delay of the event loop of the ${role} role since the figures were last read`,
    labelNames: ['percentile'],
    registers: [registry],
    collect() {
      this.set({ percentile: '50' }, seconds(delay.percentile(50)))
      this.set({ percentile: '99' }, seconds(delay.percentile(99)))
      this.set({ percentile: '100' }, seconds(delay.max))
      delay.reset()
    },
  })
}

/** A timer of this length is observed; its lateness is the delay. */
const sampleMs = 10
