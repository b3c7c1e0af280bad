import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { asInvite, type Dialog, type Dialogs, newTag, openDialogs, type PhoneCall, type Place } from './dialogs.ts'
import {
  branchOf,
  type Header,
  headerOf,
  readMessage,
  type SipMessage,
  sdpOf,
  soundTarget,
  uriIn,
  userOf,
  writeMessage,
  writeResponse,
} from './message.ts'
import { openSound } from './sound.ts'

/** One SIP address with as many telephones as there are numbers: answers as each is told to, and calls out. */

/** What a telephone does with a call. `lost`: nothing at all, not even 100 Trying, as when the platform is gone. */
export const behaviours = ['answers', 'busy', 'declines', 'silent', 'hangs-up', 'lost'] as const
export type Behaviour = (typeof behaviours)[number]

export interface Phone {
  readonly port: number
  readonly calls: readonly PhoneCall[]
  call(to: Place & { number: string; from: string; headers: readonly Header[] }): Promise<PhoneCall>
  hangUp(id: string): boolean
  close(): Promise<void>
}

export interface PhoneParts {
  host: string
  port: number
  behaviourOf(number: string): Behaviour
  /** Rings this long before it answers. */
  answerMs: number
  /** Of one that hangs up: after this long. */
  talkMs: number
}

/** What all steps of a call need. */
interface Parts extends PhoneParts {
  dialogs: Dialogs
  contact: Header
}

export async function openPhone(given: PhoneParts): Promise<Phone> {
  const { host } = given
  const socket = createSocket('udp4')
  socket.on('error', () => {})
  socket.bind(given.port, host)
  await once(socket, 'listening')
  const { port } = socket.address()
  const dialogs = openDialogs(socket, { host, port })
  const parts: Parts = { ...given, port, dialogs, contact: ['Contact', `<sip:province@${host}:${port}>`] }

  socket.on('message', (data, from) => {
    const message = readMessage(data.toString('utf8'))
    if (!message) return
    if (message.status === null) asked(parts, message, { host: from.address, port: from.port })
    else answered(parts, message)
  })

  return {
    port,
    calls: dialogs.calls,
    call: (to) => callOut(parts, to),
    hangUp(id) {
      const dialog = dialogs.open.get(id)
      if (!dialog || dialog.call.state === 'ended') return false
      dialogs.hangUp(dialog, 'hung up here')
      return true
    },
    async close() {
      for (const dialog of dialogs.open.values()) dialogs.hangUp(dialog, 'the program ends')
      // What was said last is on the wire when the socket closes.
      await new Promise<void>((resolve) => {
        setTimeout(() => socket.close(() => resolve()), 50)
      })
    },
  }
}

/** A request of the hotline's. */
function asked(parts: Parts, request: SipMessage, remote: Place): void {
  const { dialogs, contact, host } = parts
  const dialog = dialogs.open.get(headerOf(request, 'call-id'))
  const answer = (status: string, more: readonly Header[] = [], body = '') =>
    dialogs.send(writeResponse(request, status, dialog?.localTag ?? newTag(), more, body), remote)
  switch (request.method) {
    case 'ACK':
      if (dialog) dialog.accepted = null
      break
    case 'INVITE':
      if (!dialog) void invited(parts, request, remote)
      // The same one again is answered by what repeats itself; another one changes where the sound goes.
      else if (branchOf(request) !== branchOf(dialog.invite) && dialog.call.sound) {
        dialog.call.sound.connect(soundTarget(request.body) ?? { host: remote.host, port: 9 })
        answer('200 OK', [contact], sdpOf(host, dialog.call.sound.port))
      }
      break
    case 'CANCEL':
      answer('200 OK')
      if (dialog?.call.state === 'ringing') refuse(parts, dialog, '487 Request Terminated')
      break
    case 'BYE':
      answer(dialog ? '200 OK' : '481 Call/Transaction Does Not Exist')
      if (dialog) dialogs.end(dialog, 'hung up by the hotline')
      break
    case 'OPTIONS':
    case 'UPDATE':
      answer('200 OK')
      break
    default:
      answer('501 Not Implemented')
  }
}

async function invited(parts: Parts, invite: SipMessage, remote: Place): Promise<void> {
  const { dialogs } = parts
  const number = userOf(invite.uri)
  const behaviour = parts.behaviourOf(number)
  if (behaviour === 'lost') return
  const localTag = newTag()
  const call: PhoneCall = {
    ...{ id: headerOf(invite, 'call-id'), direction: 'in', number, caller: userOf(headerOf(invite, 'from')) },
    ...{ toneHz: toneOf(number), headers: saidIn(invite), state: 'ringing', why: '', startedAt: Date.now() },
    ...{ answeredAt: null, endedAt: null, sound: null },
  }
  const dialog: Dialog = {
    ...{ call, invite, localTag, remote, nextSeq: 1, timers: [], accepted: null, isHeard: true },
    local: `${headerOf(invite, 'to')};tag=${localTag}`,
    peer: headerOf(invite, 'from'),
    target: uriIn(headerOf(invite, 'contact')),
  }
  dialogs.add(dialog)
  dialogs.send(writeResponse(invite, '100 Trying', localTag), remote)
  if (behaviour === 'busy' || behaviour === 'declines') {
    refuse(parts, dialog, behaviour === 'busy' ? '486 Busy Here' : '603 Decline')
    return
  }
  dialogs.send(writeResponse(invite, '180 Ringing', localTag, [parts.contact]), remote)
  if (behaviour === 'silent') return
  call.sound = await openSound(parts.host, call.toneHz)
  dialogs.later(dialog, parts.answerMs, () => accept(parts, dialog))
}

const saidIn = (invite: SipMessage) => ({
  userToUser: headerOf(invite, 'user-to-user'),
  ticket: headerOf(invite, 'x-hotline-ticket'),
})

function refuse({ dialogs }: Parts, dialog: Dialog, status: string): void {
  dialogs.send(writeResponse(dialog.invite, status, dialog.localTag), dialog.remote)
  dialogs.end(dialog, status)
}

function accept(parts: Parts, dialog: Dialog): void {
  const { dialogs, contact, host } = parts
  const { call, invite } = dialog
  if (call.state !== 'ringing' || !call.sound) return
  const text = writeResponse(invite, '200 OK', dialog.localTag, [contact], sdpOf(host, call.sound.port))
  dialog.accepted = text
  dialogs.send(text, dialog.remote)
  dialogs.repeat(dialog, text, () => dialog.accepted !== null)
  talk(parts, dialog, invite.body)
}

function talk(parts: Parts, dialog: Dialog, sdp: string): void {
  const { call } = dialog
  const target = soundTarget(sdp)
  if (target) call.sound?.connect(target)
  Object.assign(call, { state: 'talking', answeredAt: Date.now() })
  if (parts.behaviourOf(call.number) !== 'hangs-up') return
  parts.dialogs.later(dialog, parts.talkMs, () => parts.dialogs.hangUp(dialog, 'hung up by choice'))
}

async function callOut(parts: Parts, to: Place & { number: string; from: string; headers: readonly Header[] }) {
  const { host, port, contact, dialogs } = parts
  const localTag = newTag()
  const sound = await openSound(host, toneOf(to.from))
  const local = `<sip:${to.from}@${host}>;tag=${localTag}`
  const uri = `sip:${to.number}@${to.host}:${to.port}`
  const text = writeMessage(
    `INVITE ${uri} SIP/2.0`,
    [
      ['Via', `SIP/2.0/UDP ${host}:${port};branch=z9hG4bK${newTag()};rport`],
      ['Max-Forwards', '70'],
      ['From', local],
      ['To', `<${uri}>`],
      ['Call-ID', `${newTag()}@${host}`],
      ['CSeq', '1 INVITE'],
      contact,
      ...to.headers,
    ],
    sdpOf(host, sound.port),
  )
  const invite = readMessage(text)
  if (!invite) throw new Error('an INVITE that cannot be read')
  const call: PhoneCall = {
    ...{ id: headerOf(invite, 'call-id'), direction: 'out', number: to.number, caller: to.from },
    ...{ toneHz: toneOf(to.from), headers: saidIn(invite), state: 'calling', why: '', startedAt: Date.now() },
    ...{ answeredAt: null, endedAt: null, sound },
  }
  const dialog: Dialog = {
    ...{ call, invite, localTag, remote: to, local, peer: `<${uri}>`, target: uri },
    ...{ nextSeq: 1, timers: [], accepted: null, isHeard: false },
  }
  dialogs.add(dialog)
  dialogs.send(text, to)
  dialogs.repeat(dialog, text, () => !dialog.isHeard)
  return call
}

/** A response to an INVITE of ours. */
function answered(parts: Parts, response: SipMessage): void {
  const { dialogs } = parts
  const dialog = dialogs.open.get(headerOf(response, 'call-id'))
  const status = response.status ?? 0
  if (dialog?.call.direction !== 'out' || !headerOf(response, 'cseq').endsWith('INVITE')) return
  const { call } = dialog
  dialog.isHeard = true
  if (status < 200) {
    if (call.state === 'calling' && status > 100) call.state = 'ringing'
    return
  }
  dialog.peer = headerOf(response, 'to')
  if (status >= 300) {
    dialogs.send(asInvite(dialog, 'ACK', dialog.peer), dialog.remote)
    dialogs.end(dialog, `refused with ${status}`)
    return
  }
  dialog.target = uriIn(headerOf(response, 'contact')) || dialog.target
  dialogs.send(dialogs.within(dialog, 'ACK', 1), dialog.remote)
  // Picked up in the moment in which we gave up.
  if (call.state === 'ended') dialogs.send(dialogs.within(dialog, 'BYE', 2), dialog.remote)
  else if (call.state !== 'talking') talk(parts, dialog, response.body)
}

/** Each number speaks a tone of its own, 450 to 1,500 Hz, so that an ear can tell who is heard. */
function toneOf(number: string): number {
  let hash = 7
  for (const letter of number) hash = (hash * 31 + letter.charCodeAt(0)) % 9_973
  return 450 + (hash % 22) * 50
}
