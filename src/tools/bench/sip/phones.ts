import { createHash, randomBytes } from 'node:crypto'
import { isTone, tonePacket, tones } from '../sound.ts'
import type { Media, MediaLeg } from './media.ts'
import { audioPortOf, header, type SipMessage, sdpOf, userOf, writeMessage, writeReply } from './message.ts'
import { openPeer, type SipPeer } from './peer.ts'

/** Desk phones of agents on one UDP port: each rings for a fixed time, answers, and talks until the other side ends. */
export interface Phones {
  readonly peer: SipPeer
  /** @throws Error when Asterisk refuses the registration */
  register(phone: { id: string; password: string }): Promise<void>
  /**
   * Sets the listener for their events. With `sound` the phones talk and listen; at high rates that would cost more
   * than what is measured.
   */
  tell(listener: PhoneListener, sound: Media | null): void
  close(): void
}

export interface PhoneListener {
  /** @param phone id of the phone that rings */
  onInvite?(caller: string, at: number, phone: string): void
  onAnswered?(caller: string, at: number): void
  /** The first packet in which the citizen is heard. */
  onHeard?(caller: string, at: number): void
  /** The other side hung up. */
  onEnded?(caller: string, phone: string): void
}

/** Goal B: an agent picks up after this. */
export const ringMs = 200
/** Discard port: packets to a silent phone are not read. */
const nowhere = 9

export async function openPhones(parts: { host: string; sipPort: number; port: number }): Promise<Phones> {
  const { host, sipPort } = parts
  let listener: PhoneListener = {}
  let media: Media | null = null
  const voice = tonePacket(tones.agent)
  const legs = new Map<string, MediaLeg>()
  const peer = await openPeer(host, parts.port, (request, at, fromPort) => {
    switch (request.method) {
      case 'INVITE':
        ring(request, at, fromPort)
        break
      case 'BYE':
      case 'CANCEL':
        hush(request)
        listener.onEnded?.(lastFour(userOf(header(request, 'from'))), request.user)
        peer.send(writeReply(request, '200 OK'), fromPort)
        break
      case 'ACK':
        break
      default:
        peer.send(writeReply(request, '200 OK'), fromPort)
    }
  })

  function ring(request: SipMessage, at: number, fromPort: number): void {
    const caller = lastFour(userOf(header(request, 'from')))
    // An INVITE with a tag belongs to an existing call of this phone.
    const isNew = !header(request, 'to').includes('tag=')
    if (isNew) listener.onInvite?.(caller, at, request.user)
    const tag = randomBytes(6).toString('hex')
    const contact = `<sip:${request.user}@${host}:${peer.port}>`
    peer.send(writeReply(request, '180 Ringing', { tag, contact }), fromPort)
    setTimeout(() => {
      if (media) listen(request, caller)
      const body = sdpOf(host, media?.port ?? nowhere)
      peer.send(writeReply(request, '200 OK', { tag, contact, body }), fromPort)
      listener.onAnswered?.(caller, performance.now())
    }, ringMs)
  }

  function listen(request: SipMessage, caller: string): void {
    const audioPort = audioPortOf(request)
    if (!media || audioPort === null) return
    let isHeard = false
    const leg = media.leg(audioPort, (payload, at) => {
      if (isHeard || !isTone(payload, tones.citizen)) return
      isHeard = true
      listener.onHeard?.(caller, at)
    })
    leg.speak(voice)
    legs.set(header(request, 'call-id'), leg)
  }

  function hush(request: SipMessage): void {
    const callId = header(request, 'call-id')
    legs.get(callId)?.close()
    legs.delete(callId)
  }

  return {
    peer,
    register: (phone) => registerAt(peer, sipPort, phone),
    tell(given, sound) {
      listener = given
      media = sound
    },
    close: () => peer.close(),
  }
}

/** @throws Error when Asterisk refuses the registration */
export async function registerAt(
  peer: SipPeer,
  sipPort: number,
  { id, password }: { id: string; password: string },
): Promise<void> {
  const { host } = peer
  const callId = randomBytes(9).toString('hex')
  const say = (sequence: number, authorization: string | null) =>
    writeMessage(`REGISTER sip:${host}:${sipPort} SIP/2.0`, [
      ['Via', `SIP/2.0/UDP ${host}:${peer.port};branch=z9hG4bK${randomBytes(8).toString('hex')}`],
      ['From', `<sip:${id}@${host}>;tag=${callId}`],
      ['To', `<sip:${id}@${host}>`],
      ['Call-ID', callId],
      ['CSeq', `${sequence} REGISTER`],
      ['Contact', `<sip:${id}@${host}:${peer.port}>`],
      ['Expires', '600'],
      ['Max-Forwards', '70'],
      ...(authorization === null ? [] : [['Authorization', authorization] as const]),
    ])
  const challenge = await peer.request(say(1, null), sipPort)
  const answer = digestOf(header(challenge.message, 'www-authenticate'), {
    id,
    password,
    uri: `sip:${host}:${sipPort}`,
  })
  const { message } = await peer.request(say(2, answer), sipPort)
  if (message.status !== 200) throw new Error(`phone ${id} was not registered: ${message.status}`)
}

/** RFC 2617, with qop when it is asked for. */
function digestOf(challenge: string, { id, password, uri }: { id: string; password: string; uri: string }): string {
  const field = (name: string) => new RegExp(`${name}="?([^",]+)`).exec(challenge)?.[1] ?? ''
  const md5 = (text: string) => createHash('md5').update(text).digest('hex')
  const [realm, nonce, opaque] = [field('realm'), field('nonce'), field('opaque')]
  const [own, asked] = [md5(`${id}:${realm}:${password}`), md5(`REGISTER:${uri}`)]
  const cnonce = randomBytes(6).toString('hex')
  const hasQop = /qop=/.test(challenge)
  const response = hasQop ? md5(`${own}:${nonce}:00000001:${cnonce}:auth:${asked}`) : md5(`${own}:${nonce}:${asked}`)
  return [
    `Digest username="${id}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=MD5`,
    ...(hasQop ? [`qop=auth, nc=00000001, cnonce="${cnonce}"`] : []),
    ...(opaque ? [`opaque="${opaque}"`] : []),
  ].join(', ')
}

/** Numbers are masked on their way to agents; the end of them stays. */
export function lastFour(number: string): string {
  return number.replace(/\D/g, '').slice(-4)
}
