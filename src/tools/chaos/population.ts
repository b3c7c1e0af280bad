import { logIn } from '../bench/desks.ts'
import { type Citizens, openCitizens } from '../bench/sip/citizen.ts'
import { type Media, openMedia } from '../bench/sip/media.ts'
import { type Hotline, localUrl } from '../setup/hotline.ts'
import { type Agents, openAgents } from './agents.ts'
import type { Sharing } from './sharing.ts'
import type { Clerk } from './tickets.ts'

/** The people outside of the hotline: citizens, agents, clerks; and their load. */
export interface Population {
  citizens: Citizens
  media: Media
  agents: Agents
  clerks: Clerk[]
  load: Load
  /** Agents ask colleagues into their calls. */
  sharing: Sharing
  close(): void
}

export interface Load {
  callsPerSecond: number
  talkMs: number
  /** Talks that last through the whole fault. */
  live: number
  ticketsPerSecond: number
}

function loadOf(callsPerSecond: number, isFull: boolean): Load {
  const several = 4 * callsPerSecond
  return { callsPerSecond, talkMs: isFull ? 3_000 : 2_000, live: several, ticketsPerSecond: several }
}

/** A fault may hold up all agents for ten seconds and more: even then one is free for each new call. */
const agentsForEachCallPerSecond = 14
const clerkCount = 4
/** RFC 3261, timer B: a telephone network gives up an INVITE after this. */
const answerLimitMs = 32_000

export async function openPopulation(
  { settings, accounts }: Hotline,
  { callsPerSecond, isFull }: { callsPerSecond: number; isFull: boolean },
): Promise<Population> {
  const load = loadOf(callsPerSecond, isFull)
  const count = agentsForEachCallPerSecond * callsPerSecond
  const { SIP_HOST: host, SIP_PORT: sipPort } = settings
  const media = await openMedia(host)
  const citizens = await openCitizens({ host, sipPort, mediaPort: media.port, answerLimitMs })
  const sharing: Sharing = { isOn: false }
  const agents = await openAgents({ settings, count, media, port: sipPort + 1, sharing })
  const pages = localUrl(settings)
  const writers = accounts.filter(({ role }) => role === 'AGENT').slice(0, clerkCount)
  const clerks = await Promise.all(
    writers.map(async ({ username, password }) => ({
      pages,
      headers: (await logIn(pages, username, password)).headers,
    })),
  )
  if (clerks.length === 0) throw new Error('no person of the sample may write tickets')
  return {
    citizens,
    media,
    agents,
    clerks,
    load,
    sharing,
    close() {
      agents.close()
      citizens.close()
      media.close()
    },
  }
}
