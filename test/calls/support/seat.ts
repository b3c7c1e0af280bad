import { randomBytes } from 'node:crypto'
import { io, type Socket } from 'socket.io-client'
import type { CallView } from '../../../src/calls/machine/view.ts'
import type { ClientToServer, ServerToClient } from '../../../src/desk/protocol.ts'
import { logIn } from '../../../src/tools/bench/desks.ts'
import {
  audioPortOf,
  header,
  type SipMessage,
  sdpOf,
  writeMessage,
  writeReply,
} from '../../../src/tools/bench/sip/message.ts'
import { openPeer } from '../../../src/tools/bench/sip/peer.ts'
import { registerAt } from '../../../src/tools/bench/sip/phones.ts'
import { eventually } from '../../../src/tools/setup/files.ts'
import { account, pagesUrl, settings } from '../hotline.ts'
import { patienceMs } from './patience.ts'
import { type Media, openMedia } from './rtp.ts'

/** An agent without a screen: logged in over HTTP, a desk open over Socket.IO, a real SIP phone that speaks a tone. */
export interface Seat {
  readonly number: string
  readonly hertz: number
  readonly media: Media
  /** What Asterisk dials. */
  readonly endpoint: string
  /** The call that the desk shows, as it was told last. */
  readonly call: CallView | null
  /** As the floor tells it, e.g. `TALKING`. */
  readonly state: string
  ready(): Promise<void>
  notReady(): Promise<void>
  /** Asks the API; for what is refused the problem's code. */
  ask(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<{ status: number; code: string | null; said: Said }>
  /** Of the call that the desk shows. */
  act(action: string): Promise<void>
  add(to: object, mode: string): Promise<string>
  /** How the phone behaves from the next ring on. */
  phone: 'answers' | 'busy' | 'silent'
  readonly isOnPhone: boolean
  /** The INVITE is there: the floor says that it rings before that. */
  readonly isRinging: boolean
  /** Of a phone that rings and was left to: the receiver is taken up. */
  pickUp(): void
  /** The receiver is put down. */
  hangUpPhone(): Promise<void>
  /** The transfer key of the phone itself: REFER within the call. @returns the status that answers it */
  transferByPhone(to: string): Promise<number | null>
  /** After a call, which the floor may know before this desk does: no wrap-up is left, and no call is offered. */
  rest(): Promise<void>
  close(): Promise<void>
}

type Said = Record<string, unknown>

/** A registration is good for ten minutes. */
const registeredMs = 180_000

/** Keys that each phone has heard as RFC 4733 are not told: the tone is what is measured. */
export async function openSeat(number: string, hertz: number): Promise<Seat> {
  const { SIP_HOST: host, SIP_PORT: sipPort } = settings()
  const api = await logIn(pagesUrl(), number, account(number).password)
  const made = await api.post<{ username: string; password: string }>('/api/devices', { label: `${number} 台` })
  const media = await openMedia(host)
  media.speak(hertz)
  let behaviour: Seat['phone'] = 'answers'
  let dialog: { invite: SipMessage; tag: string; port: number; isUp: boolean } | null = null

  const onRequest = (request: SipMessage, _at: number, from: number): void => {
    if (request.method === 'ACK') return
    if (request.method === 'INVITE' && !header(request, 'to').includes('tag=')) ring(request, from)
    else if (request.method === 'INVITE') answer(request, dialog?.tag ?? '', from)
    else {
      peer.send(writeReply(request, '200 OK'), from)
      const isOver = request.method === 'BYE' || request.method === 'CANCEL'
      if (isOver && dialog && header(dialog.invite, 'call-id') === header(request, 'call-id')) {
        if (request.method === 'CANCEL') peer.send(writeReply(dialog.invite, '487 Request Terminated', dialog), from)
        dialog = null
      }
    }
  }
  const peer = await openPeer(host, 0, onRequest, patienceMs)

  const contact = () => `<sip:${made.username}@${host}:${peer.port}>`

  function ring(invite: SipMessage, from: number): void {
    const tag = randomBytes(6).toString('hex')
    if (behaviour === 'busy') {
      peer.send(writeReply(invite, '486 Busy Here', { tag }), from)
      return
    }
    peer.send(writeReply(invite, '180 Ringing', { tag, contact: contact() }), from)
    dialog = { invite, tag, port: from, isUp: false }
    if (behaviour === 'silent') return
    setTimeout(() => {
      if (dialog?.invite === invite) answer(invite, tag, from)
    }, 200)
  }

  function answer(invite: SipMessage, tag: string, from: number): void {
    const audio = audioPortOf(invite)
    if (audio !== null) media.connect(audio)
    peer.send(writeReply(invite, '200 OK', { tag, contact: contact(), body: sdpOf(host, media.port) }), from)
    if (dialog) dialog.isUp = true
  }

  let sequence = 0
  /** A request of the phone within its call. */
  function within(method: string, headers: (readonly [string, string])[]): { text: string; port: number } {
    if (!dialog) throw new Error(`${number} is not on the phone`)
    const { invite, tag, port } = dialog
    sequence += 1
    const target = /<([^>]+)>/.exec(header(invite, 'contact'))?.[1] ?? `sip:${host}:${port}`
    const text = writeMessage(`${method} ${target} SIP/2.0`, [
      ['Via', `SIP/2.0/UDP ${host}:${peer.port};branch=z9hG4bK${randomBytes(8).toString('hex')}`],
      ['From', `${header(invite, 'to')};tag=${tag}`],
      ['To', header(invite, 'from')],
      ['Call-ID', header(invite, 'call-id')],
      ['CSeq', `${sequence} ${method}`],
      ['Max-Forwards', '70'],
      ...headers,
    ])
    return { text, port }
  }

  const isRegistered = () =>
    registerAt(peer, sipPort, { id: made.username, password: made.password }).then(
      () => true,
      () => false,
    )
  if (!(await eventually(isRegistered, patienceMs))) throw new Error(`the phone of ${number} is not registered`)
  const renewal = setInterval(() => void isRegistered(), registeredMs)
  await api.post(`/api/devices/${made.username}/choose`).catch(() => null)

  const desk: Socket<ServerToClient, ClientToServer> = io(pagesUrl(), {
    forceNew: true,
    transports: ['websocket'],
    extraHeaders: api.headers,
  })
  let call: CallView | null = null
  let state = 'OFFLINE'
  const see = (view: CallView) => {
    call = view.phase === 'ended' ? null : view
  }
  desk.on('desk:pop', (pop, shown) => {
    see(pop.call)
    shown()
  })
  desk.on('desk:call', see)
  desk.on('desk:agent', (me) => {
    state = me.state
    if (!['RESERVED', 'RINGING', 'TALKING', 'HOLD', 'OUTBOUND'].includes(me.state)) call = null
  })
  const opened = await desk.timeout(patienceMs).emitWithAck('desk:open', { tabId: number, takeOver: true })
  if (opened.status !== 'open') throw new Error(`the desk of ${number} is ${opened.status}`)
  state = opened.snapshot.me.state

  async function ask(method: string, path: string, body?: unknown) {
    const reply = await fetch(`${pagesUrl()}${path}`, {
      method,
      headers: { ...api.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await reply.text()
    const said: { code?: string; party?: string } = text === '' ? {} : JSON.parse(text)
    return { status: reply.status, code: said.code ?? null, party: said.party ?? '', said: said as Said }
  }

  async function choose(wanted: 'READY' | 'NOT_READY'): Promise<void> {
    const isSo = async () => (await desk.timeout(patienceMs).emitWithAck('agent:set', { state: wanted })).ok
    if (!(await eventually(isSo, patienceMs))) throw new Error(`${number} does not become ${wanted}`)
  }

  const ofCall = () => {
    if (!call) throw new Error(`${number} has no call`)
    return `/api/calls/${call.id}`
  }

  const seat: Seat = {
    ...{ number, hertz, media, ask, endpoint: made.username },
    get call() {
      return call
    },
    get state() {
      return state
    },
    get phone() {
      return behaviour
    },
    set phone(wanted) {
      behaviour = wanted
    },
    get isOnPhone() {
      return dialog?.isUp === true
    },
    get isRinging() {
      return dialog?.isUp === false
    },
    ready: () => choose('READY'),
    notReady: () => choose('NOT_READY'),
    async act(action) {
      const answered = await ask('POST', `${ofCall()}/actions`, { action })
      if (answered.status !== 204) throw new Error(`${number} ${action}: ${answered.status} ${answered.code}`)
    },
    async add(to, mode) {
      const answered = await ask('POST', `${ofCall()}/parties`, { to, mode })
      if (answered.status !== 202) throw new Error(`${number} ${mode}: ${answered.status} ${answered.code}`)
      return answered.party
    },
    pickUp() {
      if (!dialog || dialog.isUp) throw new Error(`the phone of ${number} does not ring`)
      answer(dialog.invite, dialog.tag, dialog.port)
    },
    async hangUpPhone() {
      const bye = within('BYE', [])
      dialog = null
      await peer.request(bye.text, bye.port)
    },
    async transferByPhone(to) {
      const refer = within('REFER', [
        ['Refer-To', `<sip:${to}@${host}>`],
        ['Contact', contact()],
      ])
      return (await peer.request(refer.text, refer.port)).message.status
    },
    async rest() {
      const isOver = async () => ['WRAP_UP', 'READY', 'NOT_READY', 'BREAK'].includes(state)
      if (!(await eventually(isOver, patienceMs))) throw new Error(`${number} is ${state}`)
      if (state === 'WRAP_UP') await desk.timeout(patienceMs).emitWithAck('agent:wrap-up', { do: 'finish' })
      await choose('NOT_READY')
    },
    async close() {
      // The agent's browser rings again, for the tests that come after on the same hotline.
      const taken = await ask('DELETE', `/api/devices/${made.username}`)
      if (taken.status >= 300) throw new Error(`the phone of ${number} is not taken out: ${taken.status} ${taken.code}`)
      clearInterval(renewal)
      desk.disconnect()
      peer.close()
      media.close()
    },
  }
  return seat
}
