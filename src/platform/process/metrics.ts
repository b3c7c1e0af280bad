import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Web } from '../web/web.ts'
import type { Log } from './log.ts'
import { watchLoop } from './loop-delay.ts'

/** What the web role counts, in Prometheus' text form. */
export interface Metrics {
  registry: Registry
  /** A figure that is read on request. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void
}

/** Gauges with the suffix of a counter; the same values by type exist under names without it. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

export function openMetrics(web: Web): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  for (const name of misnamed) registry.removeSingleMetric(name)
  watchLoop(registry, 'web')
  const requests = new Histogram({
    name: 'hotline_http_request_seconds',
    help: 'HTTP requests by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  })
  web.addHook('onResponse', async (request, reply) => {
    // The pattern, never the address: that would be a label per call.
    const route = request.routeOptions.url ?? 'none'
    requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000)
  })
  return {
    registry,
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          this.set(await read())
        },
      })
    },
  }
}

/** All figures in Prometheus' text form. A figure that cannot be read now is left out; the others are returned. */
export async function readMetrics(registry: Registry, log: Pick<Log, 'debug'>): Promise<string> {
  const texts = await Promise.all(
    registry.getMetricsAsArray().map(({ name }) =>
      registry.getSingleMetricAsString(name).catch((error: unknown) => {
        log.debug({ err: error, metric: name }, 'metric not read: left out')
        return ''
      }),
    ),
  )
  return `${texts.filter((text) => text !== '').join('\n\n')}\n`
}

/**
 * Merges the texts of several roles. A metric may be described only once: metrics that both have (memory, event loop)
 * are kept from the first text, all others in full.
 */
export function mergeMetrics(texts: string[]): string {
  const known = new Set<string>()
  const kept: string[] = []
  for (const text of texts) {
    for (const block of text.split(/^(?=# HELP )/m)) {
      const name = /^# HELP (\S+)/.exec(block)?.[1]
      if (name === undefined || known.has(name)) continue
      known.add(name)
      kept.push(block.trimEnd())
    }
  }
  return `${kept.join('\n')}\n`
}
