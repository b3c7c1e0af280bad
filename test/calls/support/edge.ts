import { pino } from 'pino'
import type { RecordingName } from '../../../src/platform/types.ts'
import type { AriEvent, AriInventory, AriLink } from '../../../src/telephony/ari/ari.ts'
import { openAriLink } from '../../../src/telephony/ari/ari-link.ts'
import { eventually } from '../../../src/tools/setup/files.ts'
import type { TestAsterisk } from './asterisk.ts'
import { patienceMs } from './patience.ts'

/** A controller that does nothing: it is connected to a test's own Asterisk and keeps what comes. */
export interface EdgeController {
  link: AriLink
  inventories: AriInventory[]
  events: AriEvent[]
  lost: string[]
  /** The first event of this type that has come or will come. */
  event<Type extends AriEvent['type']>(type: Type): Promise<Extract<AriEvent, { type: Type }>>
}

export async function connectTo(
  asterisk: TestAsterisk,
  leftOver: (() => Promise<unknown>)[],
  options: { openRecordings?: () => Promise<RecordingName[]> } = {},
): Promise<EdgeController> {
  const link = openAriLink(asterisk.settings, { requestMs: 2_000, log: pino({ level: 'silent' }), ...options })
  const inventories: AriInventory[] = []
  const events: AriEvent[] = []
  const lost: string[] = []
  leftOver.push(() => link.stop())
  await link.start({
    onConnected: async (inventory) => {
      inventories.push(inventory)
    },
    onEvent: (event) => events.push(event),
    onLost: (why) => lost.push(why),
  })
  await until(() => inventories.length === 1)
  return {
    link,
    inventories,
    events,
    lost,
    async event(type) {
      await until(() => events.some((event) => event.type === type))
      return events.find((event) => event.type === type) as never
    },
  }
}

export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  if (!(await eventually(async () => isTrue(), patienceMs))) throw new Error(`not within ${patienceMs} ms: ${isTrue}`)
}
