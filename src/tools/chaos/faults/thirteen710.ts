import { setTimeout as sleep } from 'node:timers/promises'
import { asc } from 'drizzle-orm'
import { askCut } from '../../../oversight/batches/cut.ts'
import { outgoing13710 } from '../../../oversight/thirteen710/schema.ts'
import { type Db, openDatabase } from '../../../platform/database/database.ts'
import { eventually } from '../../setup/files.ts'
import type { Fault } from '../fault.ts'
import type { World } from '../world.ts'

const hourMs = 3_600_000
const batches = 4
const sentMs = 90_000

/** What waits for the system arrives once and in order, whatever the clock does and though processes die meanwhile. */
export const system13710Away: Fault = {
  name: '13710-away',
  goals: ['R15'],
  title:
    'the 13710 system: away for an hour by the clock of all programs, while batches are sent; jobs killed, Redis emptied',
  isShort: false,
  stepsClock: true,
  async inflict(world) {
    const { db, close } = openDatabase(world.settings)
    try {
      await world.takeAway(world.program('13710'), world.isFull ? 60_000 : 5_000, async () => {
        await ask(db, 'before')
        await world.setClock(hourMs)
        await ask(db, 'after')
        await sleep(3_000, undefined, { signal: world.signal })
        await world.kill(world.program('jobs'))
        await world.withRedis((redis) => redis.flushall())
      })
      await world.setClock(0)
      await world.untilReady()
      await requireOrder(world, db)
    } finally {
      await world.setClock(0)
      await close()
    }
  },
}

async function ask(db: Db, when: string): Promise<void> {
  for (let n = 0; n < batches; n += 1) {
    const key = `chaos:${when}:${n}:${Date.now()}`
    await askCut(db, { key, occasion: 'ON_DEMAND', byId: null }, Date.now())
  }
}

/** @throws Error when a message is missing at the system, came twice, or overtook another one */
async function requireOrder({ settings }: World, db: Db): Promise<void> {
  const rows = () => db.select().from(outgoing13710).orderBy(asc(outgoing13710.seq))
  const isSent = async () => {
    const all = await rows()
    return all.length >= 2 * batches && all.every(({ state }) => state === 'ACKED')
  }
  if (!(await eventually(isSent, sentMs, 500))) throw new Error('messages still wait for the 13710 system')
  const sent = (await rows()).map(({ id }) => id)
  const response = await fetch(`${settings.thirteen710Url}/received`, { signal: AbortSignal.timeout(5_000) })
  const { messages } = (await response.json()) as { messages: { message: { msg_id: string } }[] }
  const received = messages.map(({ message }) => message.msg_id)
  if (received.join() !== sent.join())
    throw new Error(`the 13710 system has ${received.length} messages, not these ${sent.length} in order`)
}
