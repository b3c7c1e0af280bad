import { describe, expect, it } from 'vitest'
import type { CallEvent, Effect } from '../../../../src/calls/machine/call.ts'
import type { PartyMode, PartyTarget } from '../../../../src/calls/machine/party.ts'
import { storedCall } from '../../../../src/calls/machine/stored.ts'
import { isBadRating } from '../../../../src/calls/machine/survey/survey.ts'
import { viewOf } from '../../../../src/calls/machine/view.ts'
import type { AgentId, ChannelId, OfferId, PlaybackId } from '../../../../src/platform/types.ts'
import { aCall, anOffer, type World } from '../world.ts'

const a = anOffer().agentId
const surveyRules = { scale: 3, minTalkMs: 10_000 } as const
const longTalkMs = 12_000
const hangUp: CallEvent = { type: 'command', command: 'hangup', agentId: a }
const key = (digit: string): CallEvent => ({ type: 'digit', digit })

const talk = (scale: 3 | 5 = 3): World => aCall({ surveyRules: { ...surveyRules, scale } }).talking()
const asked = (scale: 3 | 5 = 3): World => talk(scale).on(hangUp, longTalkMs)
const prompts = ({ effects }: World) => effects.flatMap((effect) => (effect.do === 'play' ? effect.prompts : []))

function playback({ call: { stage } }: World): PlaybackId {
  if (stage.phase !== 'surveying' || stage.playback === null) throw new Error('nothing is said')
  return stage.playback
}

const said = (world: World): World => world.on({ type: 'playback-finished', playback: playback(world) }, 5_000)

describe('an agent who hangs up first', () => {
  it('is in wrap-up at once, while the caller hears the question', () => {
    const world = asked()
    expect(world.call.stage).toMatchObject({ phase: 'surveying', step: 'question' })
    expect(world.call.parties.map(({ role }) => role)).toEqual(['CALLER'])
    expect(world.effects[0]).toEqual({ do: 'finish-agent', agentId: a, isPhoneLost: false })
    expect(prompts(world)).toEqual(['survey-3'])
    expect(world.done()).toEqual(expect.arrayContaining(['leave-bridge', 'stop-recording', 'hangup']))
    expect(world.effects.find((effect) => effect.do === 'hangup')).not.toMatchObject({ channel: world.call.channel })
  })

  it('at the phone is the same', () => {
    const world = talk()
    world.on({ type: 'leg-gone', leg: world.leg(), cause: 16 }, longTalkMs)
    expect(world.call.stage.phase).toBe('surveying')
    expect(world.done()).toContain('finish-agent')
  })

  it('while the caller is on hold: the music ends', () => {
    const world = talk().on({ type: 'command', command: 'hold', agentId: a }).on(hangUp, longTalkMs)
    expect(world.done()).toContain('stop-music')
    expect(prompts(world)).toEqual(['survey-3'])
  })

  it.each([
    [3, '1', 1],
    [3, '3', 3],
    [5, '5', 5],
  ] as const)('and of %i levels key %s is %i: thanked, and the talk is no longer for it', (scale, digit, level) => {
    const world = asked(scale)
    const endOfTalk = world.now
    world.on(key(digit), 3_000)
    expect(world.done()).toEqual(['stop-playback', 'play'])
    expect(prompts(world)).toEqual(['survey-thanks'])
    said(world).on({ type: 'caller-gone', cause: 16 })
    const { stage, survey, endedAt, segments } = world.call
    const { answeredAt } = survey ?? {}
    expect(survey).toEqual({ scale, level, result: 'RATED', agentId: a, askedAt: endOfTalk, answeredAt })
    expect(stage).toMatchObject({ phase: 'ending', outcome: 'ANSWERED', endedBy: 'AGENT' })
    expect(endedAt).toBe(endOfTalk)
    expect(segments.slice(-2)).toMatchObject([
      { kind: 'TALKING', result: 'AGENT_ENDED', endedAt: endOfTalk },
      { kind: 'SURVEY', result: 'RATED' },
    ])
  })

  it('once a call: a second key changes nothing', () => {
    const world = asked().on(key('1')).on(key('3'))
    expect(world.call.survey).toMatchObject({ level: 1 })
    expect(world.effects).toEqual([])
  })

  it('silence is no rating', () => {
    const world = said(asked()).on({ type: 'timer', timer: 'key' }, 6_000)
    expect(world.call.survey).toMatchObject({ result: 'NO_KEY', level: null })
    expect(world.effects).toContainEqual({ do: 'hangup', channel: world.call.channel, cause: 'normal' })
  })

  it('a wrong key is told, the second one ends it', () => {
    const world = asked().on(key('4'))
    expect(prompts(world)).toEqual(['survey-wrong', 'survey-3'])
    expect(said(world).on(key('0')).call.survey).toMatchObject({ result: 'WRONG_KEY', level: null })
    expect(world.call.stage.phase).toBe('ending')
  })

  it('* repeats the question, and is no wrong key', () => {
    const world = asked().on(key('*')).on(key('*'))
    expect(prompts(world)).toEqual(['survey-3'])
    expect(world.on(key('2')).call.survey).toMatchObject({ level: 2 })
  })

  it('a caller who hangs up in the middle has not rated, and one who hangs up at the thanks has', () => {
    expect(asked().on({ type: 'caller-gone', cause: 16 }).call.survey).toMatchObject({ result: 'HUNG_UP', level: null })
    expect(asked().on(key('2')).on({ type: 'caller-gone', cause: 16 }).call.survey).toMatchObject({ level: 2 })
  })

  it('nothing that can be played ends it', () => {
    const world = asked()
    const effect = world.effects.find((one): one is Extract<Effect, { do: 'play' }> => one.do === 'play')
    if (!effect) throw new Error('nothing is played')
    world.on({ type: 'failed', effect, why: 'failed' })
    expect(world.call).toMatchObject({ stage: { phase: 'ending' }, survey: { result: 'FAILED' } })
  })
})

describe('a controller that dies', () => {
  it('in the question: the next one asks again, and takes away what was left of the talk', () => {
    const world = asked()
    const [agentLeg] = world.call.owned.legs
    if (!agentLeg) throw new Error('no leg is left')
    world.call = storedCall(JSON.parse(JSON.stringify(world.call)))
    const legs = [{ id: agentLeg, isUp: true, isDown: false }]
    const bridged = [world.call.channel, agentLeg]
    const nothing = { consulting: null, isConsultRecorded: false }
    world.on({ type: 'adopted', found: { isCallerAlive: true, legs, bridged, isRecording: true, ...nothing } })
    expect(prompts(world)).toEqual(['survey-3'])
    expect(world.effects).toContainEqual({ do: 'hangup', channel: agentLeg, cause: 'normal' })
    expect(world.done()).toEqual(expect.arrayContaining(['leave-bridge', 'stop-recording']))
    expect(world.on(key('1')).call.survey).toMatchObject({ level: 1 })
  })
})

describe('nobody is asked', () => {
  const police: PartyTarget = { kind: 'outside', number: '0355-1', name: '市公安局', endpoint: '1@trunk-carrier' }
  const ambulance: PartyTarget = { ...police, number: '120', isEmergency: true }
  function with_(to: PartyTarget, mode: PartyMode): World {
    const world = talk().on({ type: 'add-party', party: 'third', to, mode, agentId: a }, longTalkMs)
    if (to.kind === 'agent') world.on({ type: 'party-reserved', offer: { ...anOffer('1002'), id: 'third' as OfferId } })
    const leg = world.call.parties.find(({ id }) => id === 'third')?.channel as ChannelId
    return world.on({ type: 'leg-up', leg })
  }
  const phaseOf = (world: World) => world.call.stage.phase

  it('after a short talk, where the caller hung up, and where the site does not ask', () => {
    expect(phaseOf(talk().on(hangUp, 5_000))).toBe('ending')
    expect(phaseOf(talk().on({ type: 'caller-gone', cause: 16 }, longTalkMs))).toBe('ending')
    expect(phaseOf(aCall().talking().on(hangUp, longTalkMs))).toBe('ending')
  })

  it('while somebody outside is with the caller, who would be rated as well', () => {
    expect(phaseOf(with_(police, 'three-way').on(hangUp))).toBe('ending')
  })

  it('after an emergency, also once it has left', () => {
    const world = with_(ambulance, 'three-way').on({ type: 'drop-party', party: 'third', agentId: a })
    expect(world.call.parties).toHaveLength(2)
    expect(phaseOf(world.on(hangUp))).toBe('ending')
  })

  it('but after a transfer the rating is the second agent’s', () => {
    const world = with_({ kind: 'agent', number: '1002' }, 'consult')
    world.on({ type: 'command', command: 'complete', agentId: a })
    world.on({ type: 'command', command: 'hangup', agentId: '1002' as AgentId })
    expect(world.call.survey).toMatchObject({ agentId: '1002' })
  })
})

describe('a rating', () => {
  it('stands in no view of the call', () => {
    const world = asked().on(key('3'))
    const view = viewOf(world.call, null)
    expect(view).toMatchObject({ phase: 'surveying', keys: '', actions: [] })
    expect(JSON.stringify(view)).not.toMatch(/level|RATED|"survey":/)
  })

  it('is bad from the last of three, and from the last two of five levels on', () => {
    expect([1, 2, 3].map((level) => isBadRating(3, level))).toEqual([false, false, true])
    expect([1, 2, 3, 4, 5].map((level) => isBadRating(5, level))).toEqual([false, false, false, true, true])
  })
})
