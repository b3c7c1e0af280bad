import { randomBytes } from 'node:crypto'
import { isTone, tonePacket, tones } from '../sound.ts'
import type { Media, MediaLeg } from './media.ts'
import { audioPortOf, header, sdpOf, writeReply } from './message.ts'
import { openPeer, type SipPeer } from './peer.ts'
import { ringMs } from './phones.ts'

/** Whom agents consult: somebody outside, who rings, answers and speaks a tone of their own. One call at a time. */
export interface Third {
  readonly peer: SipPeer
  /** Of the call that comes next. */
  expect(): ThirdSeen
  /** Their last call is over. */
  isFree(): boolean
  close(): void
}

/** Instants of one call; null for what has not happened. */
export interface ThirdSeen {
  invitedAt: number | null
  answeredAt: number | null
  /** The first packet in which each is heard. */
  hearsAgentAt: number | null
  hearsCitizenAt: number | null
}

export async function openThird(host: string, port: number, media: Media): Promise<Third> {
  let seen: ThirdSeen | null = null
  let leg: MediaLeg | null = null
  const voice = tonePacket(tones.third)
  const peer = await openPeer(host, port, (request, at, fromPort) => {
    if (request.method === 'ACK') return
    if (request.method !== 'INVITE' || header(request, 'to').includes('tag=')) {
      peer.send(writeReply(request, '200 OK'), fromPort)
      if (request.method !== 'BYE' && request.method !== 'CANCEL') return
      leg?.close()
      leg = null
      return
    }
    const now = seen
    if (now) now.invitedAt = at
    const tag = randomBytes(6).toString('hex')
    const contact = `<sip:${request.user}@${host}:${peer.port}>`
    peer.send(writeReply(request, '180 Ringing', { tag, contact }), fromPort)
    setTimeout(() => {
      const audioPort = audioPortOf(request)
      if (audioPort === null) return
      leg = media.leg(audioPort, (payload, heardAt) => {
        if (now && isTone(payload, tones.agent)) now.hearsAgentAt ??= heardAt
        if (now && isTone(payload, tones.citizen)) now.hearsCitizenAt ??= heardAt
      })
      leg.speak(voice)
      peer.send(writeReply(request, '200 OK', { tag, contact, body: sdpOf(host, media.port) }), fromPort)
      if (now) now.answeredAt = performance.now()
    }, ringMs)
  })
  return {
    peer,
    expect() {
      seen = { invitedAt: null, answeredAt: null, hearsAgentAt: null, hearsCitizenAt: null }
      return seen
    },
    isFree: () => leg === null,
    close: () => peer.close(),
  }
}
