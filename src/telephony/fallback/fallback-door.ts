import type { Logger } from 'pino'
import type { ChannelId } from '../../platform/types.ts'
import type { Settings } from '../../settings.ts'
import type { AriAnswer, LiveChannel } from '../ari/ari.ts'
import { listChannels } from '../ari/ari-verbs.ts'
import { openRest } from '../ari/rest.ts'

/** The way from our application into the dialplan's fallback, for processes that are not the controller. */
export interface DoorToFallback {
  channels(): Promise<AriAnswer<LiveChannel[]>>
  handToFallback(caller: ChannelId): Promise<AriAnswer>
  hangUp(leg: ChannelId): Promise<AriAnswer>
  close(): void
}

const limitMs = 1_500

export function openDoorToFallback(
  settings: Pick<Settings, 'ariUrl' | 'ARI_USERNAME' | 'ariPassword' | 'ARI_APP'>,
  log: Logger,
): DoorToFallback {
  const rest = openRest({
    url: settings.ariUrl,
    username: settings.ARI_USERNAME,
    password: settings.ariPassword,
    limitMs,
  })
  const done = (answer: AriAnswer<unknown>): AriAnswer => (answer.ok ? { ok: true, value: undefined } : answer)
  return {
    channels: () => listChannels({ rest, app: settings.ARI_APP, log }),
    handToFallback: async (caller) =>
      done(
        await rest.ask('POST', ['channels', caller, 'continue'], {
          query: { context: 'fallback', extension: 's', priority: 1 },
        }),
      ),
    hangUp: async (leg) => done(await rest.ask('DELETE', ['channels', leg], { query: { reason: 'normal' } })),
    close: rest.close,
  }
}
