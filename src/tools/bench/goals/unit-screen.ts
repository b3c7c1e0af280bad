import type { UnitCode } from '../../../platform/types.ts'
import type { TicketList } from '../../../tickets/api.ts'
import { unitWorklist } from '../../../web/tickets/worklist/worklistView.ts'
import { type Hotline, localUrl } from '../../setup/hotline.ts'
import { openBrowsers } from '../load/http.ts'
import { openIntake } from '../load/intake.ts'
import { failuresOf, openLoop, type Passed } from '../load/loops.ts'
import { headersOfUnit } from '../load/people.ts'
import { openWatcher } from '../load/watcher.ts'
import type { Measurement } from '../measurement.ts'
import { percentile } from '../statistics.ts'

const unit = 'cgj' as UnitCode
const perSecond = 5
const patienceMs = 5_000

export const unitScreen: Measurement = {
  name: 'unit-screen',
  goals: ['U4'],
  title: 'a unit sees a ticket as soon as it is saved',
  how: `an agent submits a ticket over HTTP, ${perSecond}/s; the jobs role dispatches it by the catalogue; the unit's page receives it over Socket.IO and reads its list anew; one clock, from the first byte of the agent's request to the list that has it`,
  async run(bench) {
    const hotline = await bench.hotline()
    const intake = await openIntake(hotline, unit)
    const screen = await openScreen(hotline)
    const saved: number[] = []
    const announced: number[] = []
    const shown: number[] = []
    const one = async () => {
      const beganAt = performance.now()
      const number = await intake.handIn()
      saved.push(performance.now() - beganAt)
      announced.push((await screen.hears(number)) - beganAt)
      await screen.readsList()
      shown.push(performance.now() - beganAt)
      await screen.requireOne(number)
    }
    try {
      const ask = { perSecond, signal: bench.signal }
      await openLoop({ ...ask, seconds: 1 }, one)
      for (const times of [saved, announced, shown]) times.length = 0
      const passed = await openLoop({ ...ask, seconds: bench.isFull ? 60 : 8 }, one)
      return figuresOf(passed, saved, announced, shown)
    } finally {
      intake.close()
      screen.close()
    }
  },
}

function figuresOf(passed: Passed, saved: number[], announced: number[], shown: number[]) {
  const at = (times: number[]) => `${percentile(times, 0.5).toFixed(1)} (p99 ${percentile(times, 0.99).toFixed(1)})`
  const note = `saved after ${at(saved)}, told to the unit after ${at(announced)} ms`
  return ([0.5, 0.99] as const).map((share) => ({
    ...{ goal: 'U4' as const, what: `ticket handed in → on the unit's screen, p${share * 100}` },
    ...{ value: percentile(shown, share), unit: 'ms' as const, target: { atMost: 300 }, samples: shown.length },
    ...{ voids: failuresOf('tickets', passed), note },
  }))
}

/** A unit's worklist without its screen: it listens, and reads again. */
async function openScreen(hotline: Hotline) {
  const pages = localUrl(hotline.settings)
  const headers = await headersOfUnit(hotline, unit)
  const lists = await openBrowsers({ pages, headers: [headers], connections: 16 })
  const heard = new Map<string, PromiseWithResolvers<number>>()
  const told = (number: string) => {
    const known = heard.get(number) ?? Promise.withResolvers<number>()
    heard.set(number, known)
    return known
  }
  const socket = await openWatcher(pages, headers)
  socket.on('ticket:changed', ({ number, kind }) => {
    if (kind === 'dispatch') told(number).resolve(performance.now())
  })
  return {
    async hears(number: string): Promise<number> {
      const timer = setTimeout(() => told(number).reject(new Error(`${unit} was not told of ${number}`)), patienceMs)
      return told(number).promise.finally(() => clearTimeout(timer))
    },
    async readsList(): Promise<void> {
      const { status, body } = await lists.ask('GET', `/api/tickets?${unitWorklist.tabs[0]?.query}`)
      if (status !== 200) throw new Error(`${status} ${body}`)
    },
    /** An announced ticket must be readable: if not on the first page, then further down. */
    async requireOne(number: string): Promise<void> {
      const { body } = await lists.ask('GET', `/api/tickets?search=${number}&state=DISPATCHED`)
      if ((JSON.parse(body) as TicketList).tickets?.length !== 1)
        throw new Error(`${number} is not on the list of ${unit}`)
    },
    close() {
      socket.disconnect()
      lists.close()
    },
  }
}
