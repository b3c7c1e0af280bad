import { armPhone, armPhones, floorApp, keyOf, thirdPhone } from '../arms.ts'
import { openBareAri, type RawEvent } from './ari.ts'

/**
 * Arm F: the operations of both flows and nothing else. It stores nothing, announces nothing, survives nothing: the lower
 * bound of any design on ARI. A process of its own, so that its processor time can be read.
 *
 *     node app.ts http://hotline:secret@127.0.0.1:port
 */

interface Call {
  flow: string
  number: string
  phone: number | null
}

const server = new URL(process.argv[2] ?? '')
const greeting = 'media=sound:zh/greeting-12345'
const calls = new Map<string, Call>()
const free = Array.from({ length: armPhones }, (_, index) => index)

const key = `${server.username}:${server.password}`
const address = `ws://${server.host}/ari/events?app=${floorApp}&api_key=${key}`
const ari = await openBareAri(address, onEvent)
process.send?.('ready')
process.on('disconnect', () => process.exit(0))
/** Flow C has one call at a time. */
let consulting = ''
process.on('message', (step) => {
  if (step === 'consult') consult(consulting)
  else join3(consulting)
})

function onEvent(event: RawEvent): void {
  const channel = event.channel as { id: string; caller?: { number: string } } | undefined
  if (!channel) return
  switch (event.type) {
    case 'StasisStart':
      entered(channel.id, channel.caller?.number ?? '', event.args as string[])
      break
    case 'ChannelDtmfReceived':
      pressed(channel.id, String(event.digit))
      break
    case 'StasisEnd':
      left(channel.id)
      break
    default:
  }
}

function entered(id: string, number: string, [first = '', caller = '']: string[]): void {
  if (first === 'leg') {
    join(caller, id)
    return
  }
  if (first === 'third') {
    ari.ask('POST', `bridges/${caller}-c/addChannel?channel=${id}`)
    ari.ask('POST', `channels/${id}/dial?timeout=25`)
    return
  }
  const call: Call = { flow: first, number, phone: null }
  calls.set(id, call)
  ari.ask('POST', `channels/${id}/answer`)
  if (first === 'C') {
    consulting = id
    ring(id, call)
    return
  }
  ari.ask('POST', `channels/${id}/play/${id}-1?${greeting}`)
}

function pressed(id: string, digit: string): void {
  const call = calls.get(id)
  if (!call) return
  ari.ask('DELETE', `playbacks/${id}-1`)
  if (call.flow === 'A' && digit === keyOf.A) ari.ask('POST', `channels/${id}/play/${id}-2?${greeting}`)
  if (call.flow === 'B' && digit === keyOf.B) ring(id, call)
}

function ring(id: string, call: Call): void {
  ari.ask('POST', `channels/${id}/moh`)
  const phone = free.shift()
  if (phone === undefined) return
  call.phone = phone
  ari.ask('POST', `bridges/${id}-b?type=mixing,dtmf_events`)
  const to = `endpoint=PJSIP/${armPhone(phone)}&app=${floorApp}&appArgs=leg,${id}`
  ari.ask('POST', `channels/${id}-leg?${to}&callerId=${call.number}&timeout=30`)
}

function join(id: string, leg: string): void {
  const call = calls.get(id)
  if (!call) {
    ari.ask('DELETE', `channels/${leg}`)
    return
  }
  ari.ask('DELETE', `channels/${id}/moh`)
  ari.ask('POST', `bridges/${id}-b/addChannel?channel=${id},${leg}`)
  ari.ask('POST', `bridges/${id}-b/record?name=bench/${id}&format=wav&ifExists=overwrite`)
}

/** The agent into a bridge of their own, music for the citizen, and the third rings there. */
function consult(id: string): void {
  ari.ask('POST', `bridges/${id}-c?type=mixing,dtmf_events`)
  ari.ask('POST', `bridges/${id}-c/addChannel?channel=${id}-leg`)
  ari.ask('POST', `channels/${id}/moh`)
  const to = `endpoint=PJSIP/${thirdPhone}&app=${floorApp}&appArgs=third,${id}`
  ari.ask('POST', `channels/create?channelId=${id}-third&${to}`)
}

function join3(id: string): void {
  ari.ask('DELETE', `channels/${id}/moh`)
  ari.ask('POST', `bridges/${id}-b/addChannel?channel=${id}-leg,${id}-third`)
}

function left(id: string): void {
  const call = calls.get(id)
  if (!call) return
  calls.delete(id)
  if (call.phone === null) return
  free.push(call.phone)
  ari.ask('DELETE', `channels/${id}-leg`)
  ari.ask('DELETE', `bridges/${id}-b`)
  if (call.flow !== 'C') return
  ari.ask('DELETE', `channels/${id}-third`)
  ari.ask('DELETE', `bridges/${id}-c`)
}
