import { setTimeout as sleep } from 'node:timers/promises'
import { io, type Socket } from 'socket.io-client'
import type { AgentView, ClientToServer, ServerToClient } from '../../desk/protocol.ts'
import type { Settings } from '../../settings.ts'
import { employ, logIn, seatAll } from '../bench/desks.ts'
import type { Media } from '../bench/sip/media.ts'
import { openPhones, type Phones } from '../bench/sip/phones.ts'
import { localUrl } from '../setup/hotline.ts'
import { openSharingSeat, type Sharing } from './sharing.ts'

/**
 * Agents who want to work whatever happens: a desk phone that registers again and again and answers every call, and a
 * desk that reconnects by itself and says 示闲 whenever the floor has set another state.
 */
export interface Agents {
  /** Callers who were connected to two agents at once, and agents who were rung while they had a caller. */
  doubled(): string[]
  /** Asterisk died, and every call with it. */
  forgetCalls(): void
  close(): void
}

type Desk = Socket<ServerToClient, ClientToServer>

const registerEveryMs = 10_000
const lookEveryMs = 1_000
const answerMs = 5_000

export async function openAgents(parts: {
  settings: Settings
  count: number
  media: Media
  port: number
  sharing: Sharing
}): Promise<Agents> {
  const { settings, count, media, sharing } = parts
  const pages = localUrl(settings)
  const phones = await openPhones({ host: settings.SIP_HOST, sipPort: settings.SIP_PORT, port: parts.port })
  const bookkeeping = keepBooks(phones, media, sharing)
  await employ(settings, count)
  const seats: (() => void)[] = []
  await seatAll(count, async (username) => {
    seats.push(await seat(pages, username, { phones, sharing, count }))
  })
  return {
    ...bookkeeping,
    close() {
      for (const close of seats) close()
      phones.close()
    },
  }
}

/** Which caller is at which phone, as the phones see it. */
function keepBooks(phones: Phones, media: Media, sharing: Sharing): Pick<Agents, 'doubled' | 'forgetCalls'> {
  const callerAt = new Map<string, string>()
  const doubled: string[] = []
  phones.tell(
    {
      onInvite(caller, _at, phone) {
        const other = callerAt.get(phone)
        if (other !== undefined) doubled.push(`${phone} was rung for ${caller} while it had ${other}`)
        // Whom an agent asked in is at the same caller.
        for (const [busy, at] of sharing.isOn ? [] : callerAt)
          if (at === caller) doubled.push(`${caller} was at ${busy} and rang ${phone}`)
        callerAt.set(phone, caller)
      },
      onEnded: (_caller, phone) => callerAt.delete(phone),
    },
    media,
  )
  return { doubled: () => doubled.splice(0), forgetCalls: () => callerAt.clear() }
}

async function seat(
  pages: string,
  username: string,
  { phones, sharing, count }: { phones: Phones; sharing: Sharing; count: number },
): Promise<() => void> {
  const api = await logIn(pages, username)
  const phone = await api.post<{ username: string; password: string }>('/api/devices', { label: '话机' })
  await api.post(`/api/devices/${phone.username}/choose`)
  const stopping = new AbortController()
  void every(registerEveryMs, stopping.signal, () => phones.register({ id: phone.username, password: phone.password }))
  const desk: Desk = io(pages, {
    forceNew: true,
    transports: ['websocket'],
    extraHeaders: api.headers,
    reconnectionDelayMax: 2_000,
  })
  /** null: this desk has to be opened first. */
  let state: AgentView['state'] | null = null
  desk.on('desk:agent', (agent) => {
    state = agent.state
  })
  // Redis may have forgotten what was chosen last.
  desk.on('desk:snapshot', ({ me }) => {
    state = me.state
  })
  desk.on('desk:pop', (_pop, shown) => shown())
  const shares = openSharingSeat(username, { sharing, count, post: api.post })
  desk.on('desk:call', shares.see)
  desk.on('connect', () => {
    state = null
  })
  void every(lookEveryMs, stopping.signal, async () => {
    if (!desk.connected) return
    if (state === null) {
      const opened = await desk.timeout(answerMs).emitWithAck('desk:open', { tabId: username, takeOver: true })
      if (opened.status !== 'open') return
      state = opened.snapshot.me.state
    }
    if (state === 'NOT_READY' || state === 'OFFLINE') {
      await desk.timeout(answerMs).emitWithAck('agent:set', { state: 'READY' })
    }
  })
  return () => {
    stopping.abort()
    desk.disconnect()
  }
}

/** Failures are expected during a fault: the next round tries again. */
async function every(ms: number, signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    await work().catch(() => undefined)
    await sleep(ms, undefined, { signal }).catch(() => undefined)
  }
}
