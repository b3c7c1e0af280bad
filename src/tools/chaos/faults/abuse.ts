import { setTimeout as sleep } from 'node:timers/promises'
import { dice, mutated } from '../abuse/mutate.ts'
import { inviteFrom, openStranger, registerFrom, type Stranger } from '../abuse/stranger.ts'
import { tortures } from '../abuse/torture.ts'
import type { Fault } from '../fault.ts'
import type { World } from '../world.ts'

/** From loopback addresses that no trunk has, while citizens keep calling. Bounded in count and time. */

/** Numbers that a fraudster dials: our own number, a private mobile, a premium number abroad. */
const targets = ['12345', '13912345678', '00881234567890', '011972592000000', '100', 's']
/** A run that broke something can be repeated. */
const seed = 4475

export const tortured: Fault = {
  name: 'sip-tortured',
  goals: ['R12'],
  title: `${tortures.length} messages in the manner of RFC 4475, from a stranger and from the trunk’s own address`,
  isShort: true,
  async inflict(world) {
    const texts = tortures.map(({ text }) => text)
    await attack(world, '127.0.0.66', (stranger) => stranger.send(texts, 50))
    // From the trunk's address they pass the first check: the checks behind it must hold, too.
    await attack(world, world.settings.SIP_HOST, (stranger) => stranger.send(texts, 50), { isTrunk: true })
  },
}

export const mutatedInvites: Fault = {
  name: 'invites-mutated',
  goals: ['R12'],
  title: '4,000 INVITEs with bytes changed, headers missing, doubled or endless (1,000 in the short run)',
  isShort: true,
  async inflict(world) {
    const roll = dice(seed)
    const count = world.isFull ? 4_000 : 1_000
    await attack(world, '127.0.0.67', (stranger) => {
      const next = () => mutated(inviteFrom(stranger.host, world.settings, targets[roll(targets.length)] ?? ''), roll)
      return stranger.send(times(count, next), 200)
    })
  },
}

export const passwordsGuessed: Fault = {
  name: 'passwords-guessed',
  goals: ['R12'],
  title: '1,000 registrations with guessed names and passwords',
  isShort: false,
  async inflict(world) {
    const roll = dice(seed)
    await attack(world, '127.0.0.68', (stranger) => {
      const name = () => ['100', 'd-2001-1', 'b-1', 'admin', `d-${1_000 + roll(3_000)}-1`][roll(5)] ?? ''
      return stranger.send(
        times(1_000, () => registerFrom(stranger.host, world.settings, name())),
        100,
      )
    })
  },
}

export const invitesFlooded: Fault = {
  name: 'invites-flooded',
  goals: ['R12'],
  title: '1,000 INVITEs a second for 5 s (2 s in the short run)',
  isShort: true,
  async inflict(world) {
    const count = world.isFull ? 5_000 : 2_000
    await attack(world, '127.0.0.69', (stranger) => {
      const texts = Array.from({ length: count }, (_, index) =>
        inviteFrom(stranger.host, world.settings, targets[index % targets.length] ?? ''),
      )
      return stranger.send(texts, 1_000)
    })
  },
}

function* times(count: number, make: () => string): Generator<string> {
  for (let done = 0; done < count; done += 1) yield make()
}

/** @throws when Asterisk died of it, let the stranger in, or its refusals were not counted */
async function attack(
  world: World,
  host: string,
  work: (stranger: Stranger) => Promise<number>,
  options: { isTrunk?: boolean } = {},
): Promise<void> {
  const asterisk = world.program('asterisk')
  const pid = asterisk.pid()
  const before = await refusedTotal(world)
  const stranger = await openStranger(host, world.settings)
  try {
    const sent = await work(stranger)
    await sleep(3_000, undefined, { signal: world.signal })
    const refused = (await refusedTotal(world)) - before
    const answers = [...stranger.answers].map(([status, count]) => `${status} × ${count}`).join(', ')
    world.say(`${host}: ${sent} sent, answered ${answers || 'nothing'}; ${refused} counted as refused`)
    if (asterisk.pid() !== pid) throw new Error('Asterisk died of it')
    if (options.isTrunk) return
    if (stranger.answers.has(200)) throw new Error('a stranger was let in')
    if (sent >= 1_000 && refused === 0) throw new Error('refusals of strangers were not counted')
  } finally {
    stranger.close()
  }
}

async function refusedTotal(world: World): Promise<number> {
  const lines = (await world.metrics()).match(/^hotline_sip_refused_total\{.*\} (\d+)$/gm) ?? []
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}
