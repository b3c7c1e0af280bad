import { requireCalendarFiles } from '../calendar/load.ts'
import { openTicker } from '../platform/jobs/ticker.ts'
import type { Log } from '../platform/process/log.ts'
import type { Web } from '../platform/web/web.ts'
import type { Settings } from '../settings.ts'
import { requireSite } from '../site/load.ts'
import type { Site } from '../site/site.ts'
import { requireLimitBook } from '../tickets/clocks/limits-file.ts'
import { defaultRules, type TimingRules } from '../tickets/clocks/timing.ts'
import type { RunningRole } from './role.ts'
import { gaugeWeb, webDuties } from './web/duties.ts'
import { openWebEdges, type WebSettings } from './web/edges.ts'
import { openLive } from './web/live.ts'
import { openRoutes } from './web/routes.ts'

export interface OpenWeb extends RunningRole {
  /** For `inject`, and for listening on a custom address. */
  web: Web
}

/** The web role: pages, API, desks and the SIP of browsers. Any number of them may run. */
export async function startWeb(settings: Settings, log: Log): Promise<RunningRole> {
  const { configDir } = settings
  const rules = { workingTime: requireCalendarFiles(configDir).workingTime, limits: requireLimitBook(configDir) }
  const role = await openWeb(settings, requireSite(configDir), log, Date.now, rules)
  try {
    await role.web.listen({ host: settings.HTTP_HOST, port: settings.HTTP_PORT })
  } catch (error) {
    await role.stop()
    throw error
  }
  return role
}

export async function openWeb(
  settings: WebSettings,
  site: Site,
  log: Log,
  now = Date.now,
  rules: TimingRules = defaultRules,
): Promise<OpenWeb> {
  const parts = { settings, site, rules, now, log }
  const edges = await openWebEdges(parts)
  const { web, metrics } = await openRoutes(parts, edges)
  const live = await openLive(parts, edges, web)
  gaugeWeb(metrics, { ...parts, ...edges, ...live })
  const ticker = openTicker(log)
  ticker.start(webDuties({ ...parts, ...edges, ...live }))

  return {
    web,
    async stop() {
      ticker.stop()
      await live.stop()
      await web.close()
      await edges.stop()
    },
  }
}
