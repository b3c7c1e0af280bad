import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { type Contender, type Lead, openContender } from '../../../../src/calls/lead/leadership.ts'

/** Contenders for one Asterisk whose variable is a text here. What a contender does is noted, with its name. */
function aHotline() {
  let text = ''
  let isAway = false
  const deeds: string[] = []
  const dead = new Set<string>()
  const open: Contender[] = []

  function join(owner: string) {
    const leads: Lead[] = []
    let isStopped = false
    let resume = () => {}
    let paused = Promise.resolve()
    /** As SIGSTOP: no line of its code runs any further, its clock goes on. */
    const pause = () => {
      isStopped = true
      paused = new Promise((done) => {
        resume = () => {
          isStopped = false
          done()
        }
      })
    }
    const contender = openContender({
      owner,
      board: {
        async read() {
          await paused
          const answer = isAway ? null : text
          await paused
          return answer
        },
        async write(claim) {
          await paused
          if (isAway) return false
          text = claim
          await paused
          return true
        },
      },
      isDead: (name) => dead.has(name),
      knownEpochs: async () => [],
      async lead(lead) {
        leads.push(lead)
        return { stop: async () => {} }
      },
      now: Date.now,
      log: pino({ level: 'silent' }),
    })
    open.push(contender)
    return {
      contender,
      leads,
      pause,
      resume: () => resume(),
      isStopped: () => isStopped,
      /** Does something as the leader, if it may. */
      async act() {
        const lead = leads.at(-1)
        if (lead && (await lead.mayAct())) deeds.push(owner)
      },
    }
  }

  return {
    join,
    deeds,
    die: (owner: string) => dead.add(owner),
    loseAsterisk() {
      isAway = true
      text = ''
    },
    restoreAsterisk() {
      isAway = false
    },
    stop: () => Promise.all(open.map((contender) => contender.stop())),
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((done) => setTimeout(done, 20))
}

const leading = (one: { contender: Contender }) => one.contender.epoch() !== null

describe.concurrent('of two controllers', () => {
  test('one leads, and the other takes over with a higher epoch when it dies', async () => {
    const hotline = aHotline()
    const first = hotline.join('first')
    await until(() => leading(first))
    const second = hotline.join('second')
    first.pause()
    hotline.die('first')
    await until(() => leading(second))
    expect(second.leads[0]?.epoch).toBeGreaterThan(first.leads[0]?.epoch ?? 0)
    first.resume()
    await hotline.stop()
  })

  test('two who come in the same moment agree on one', async () => {
    const hotline = aHotline()
    const all = Array.from({ length: 5 }, (_, i) => hotline.join(`controller-${i}`))
    await until(() => all.some(leading))
    await new Promise((done) => setTimeout(done, 1_500))
    expect(all.filter(leading)).toHaveLength(1)
    await hotline.stop()
  })

  test('one that stood still does nothing when it wakes, and stays a standby', async () => {
    const hotline = aHotline()
    const first = hotline.join('first')
    await until(() => leading(first))
    const second = hotline.join('second')
    first.pause()
    await until(() => leading(second))
    // What it was about to do when it was stopped, and what its alarms want of it at once.
    const alarms = [first.act(), first.act()]
    first.resume()
    await Promise.all([...alarms, second.act()])
    await until(() => !leading(first))
    await new Promise((done) => setTimeout(done, 1_500))
    expect(hotline.deeds).toEqual(['second'])
    expect([first.leads.length, second.leads.length]).toEqual([1, 1])
    expect(leading(second)).toBe(true)
    await hotline.stop()
  })

  test('the one that is stopped in good order gives the calls over at once', async () => {
    const hotline = aHotline()
    const first = hotline.join('first')
    await until(() => leading(first))
    const second = hotline.join('second')
    await first.contender.stop()
    await until(() => leading(second))
    await hotline.stop()
  })

  test('the leader is the leader still after Asterisk was restarted', async () => {
    const hotline = aHotline()
    const first = hotline.join('first')
    await until(() => leading(first))
    const second = hotline.join('second')
    await new Promise((done) => setTimeout(done, 1_000))
    hotline.loseAsterisk()
    await new Promise((done) => setTimeout(done, 3_500))
    hotline.restoreAsterisk()
    await first.act()
    await new Promise((done) => setTimeout(done, 3_500))
    expect([first.leads.length, second.leads.length]).toEqual([1, 0])
    expect(hotline.deeds).toEqual(['first'])
    await hotline.stop()
  })
})

test('a leader whose epoch a store finds too low claims again with a higher one', async () => {
  const hotline = aHotline()
  const only = hotline.join('only')
  await until(() => leading(only))
  only.leads[0]?.resign('Redis knows of a higher epoch')
  await until(() => only.leads.length === 2)
  expect(only.leads[1]?.epoch).toBeGreaterThan(only.leads[0]?.epoch ?? 0)
  await hotline.stop()
})
