import type { Phones } from '../../floor/agents/phones.ts'
import { patiently } from '../../platform/process/patient.ts'
import type { AriInventory, AriLink } from '../../telephony/ari/ari.ts'
import { faultsOf } from '../../telephony/sip/versions.ts'
import { missingSounds, promptsOf } from '../../telephony/speech/sounds-check.ts'
import type { Control } from './control.ts'
import type { Edges, LeadParts } from './edges.ts'

type Parts = LeadParts & Edges & Control & { phones: Phones }

/** Handlers for each connection to Asterisk, for each of its events, and for its loss. */
export function onAsterisk(parts: Parts): Parameters<AriLink['start']>[0] {
  const { controller, fallbackTalks, reach, matching, phones, present, signal, log } = parts

  function pushPhones(): void {
    const pushing = patiently('phones at Asterisk', () => phones.pushAll(), { log, signal })
    void pushing.then(() => {
      present.hasPhones = true
    })
  }

  return {
    async onConnected(inventory) {
      log.info({ asterisk: inventory.version, channels: inventory.channels.length }, 'connected to Asterisk')
      present.running = { version: inventory.version, builtAt: inventory.builtAt }
      tellFaults(parts, inventory)
      await controller.onConnected(inventory)
      await fallbackTalks.begin(inventory.channels)
      present.isSettled = true
      present.isHeard = true
      pushPhones()
      await reach
        .follow(inventory)
        .catch((error: unknown) => log.warn({ err: error }, 'reachable phones not compared: trying again in a minute'))
      matching.run()
      // Not awaited: events wait until this function is done.
      void tellMissingSounds(parts)
    },

    onEvent(event) {
      if (event.type !== 'contact-changed') {
        controller.onEvent(event)
        return
      }
      reach
        .told(event.endpoint, event.isReachable)
        .then(matching.run)
        .catch((error: unknown) =>
          log.warn({ err: error, endpoint: event.endpoint }, 'reachability of a phone not stored'),
        )
    },

    onLost(why) {
      present.isHeard = false
      present.hasPhones = false
      log.warn({ why }, 'connection to Asterisk lost: talks go on, new calls get the fallback')
    },
  }
}

async function tellMissingSounds({ link, site, log }: Parts): Promise<void> {
  const missing = await missingSounds(link.ari, promptsOf(site))
  if (missing.length > 0) log.error({ missing }, 'prompts missing at Asterisk: callers hear silence there')
}

function tellFaults({ log }: Parts, { version }: AriInventory): void {
  const faults = faultsOf(version).map(({ issue }) => `asterisk#${issue}`)
  if (faults.length > 0) log.warn({ asterisk: version, faults }, 'this version of Asterisk has known faults: upgrade')
}
