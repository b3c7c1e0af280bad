import { localUrl } from '../../setup/hotline.ts'
import type { Measurement } from '../measurement.ts'

const seconds = (ms: number): number => Math.round(ms / 10) / 100

/** U1: how long a person who types one command waits for a hotline that answers calls. */
export const start: Measurement = {
  name: 'start',
  goals: ['U1'],
  title: 'a hotline that was here before is ready again within 10 s',
  how: 'stops the whole private hotline and starts it again, until /readyz says that calls can be taken',
  async run(bench) {
    await bench.hotline()
    await bench.stopHotline()
    const startedAt = performance.now()
    const { settings } = await bench.hotline()
    const warmMs = performance.now() - startedAt
    const { ok } = await fetch(`${localUrl(settings)}/readyz`)
    return [
      {
        goal: 'U1',
        what: 'warm start until calls are taken',
        value: seconds(warmMs),
        unit: 's',
        target: { atMost: 10 },
        samples: 1,
        voids: ok ? [] : ['the hotline was not ready'],
        note: 'a fresh machine needs the network and is not measured here',
      },
    ]
  },
}
