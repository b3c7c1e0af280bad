import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:dgram'
import { type Header, headerOf, type SipMessage, writeMessage, writeResponse } from './message.ts'
import type { Sound } from './sound.ts'

/** Calls of the province's telephones and what they are known by on the wire: kept, repeated, ended. */

export type CallState = 'calling' | 'ringing' | 'talking' | 'ended'

export interface PhoneCall {
  readonly id: string
  readonly direction: 'in' | 'out'
  /** That was called. */
  readonly number: string
  /** From, and what came with the INVITE. */
  readonly caller: string
  readonly headers: { userToUser: string; ticket: string }
  readonly toneHz: number
  state: CallState
  /** e.g. `486 Busy Here`, `BYE received`. */
  why: string
  readonly startedAt: number
  answeredAt: number | null
  endedAt: number | null
  sound: Sound | null
}

export interface Place {
  host: string
  port: number
}

export interface Dialog {
  call: PhoneCall
  /** INVITE that came, or that we sent. */
  invite: SipMessage
  localTag: string
  remote: Place
  /** Of requests within the dialog. */
  local: string
  peer: string
  target: string
  nextSeq: number
  timers: NodeJS.Timeout[]
  /** Our 200 OK, repeated until its ACK. */
  accepted: string | null
  /** Our INVITE has been heard: it is not repeated. */
  isHeard: boolean
}

const keptCalls = 50
/** RFC 3261, T1 and the end of a transaction. */
const firstRepeatMs = 500
const longestRepeatMs = 32_000

export const newTag = (): string => randomBytes(6).toString('hex')

export interface Dialogs {
  readonly calls: PhoneCall[]
  readonly open: ReadonlyMap<string, Dialog>
  add(dialog: Dialog): void
  send(text: string, to: Place): void
  later(dialog: Dialog, ms: number, work: () => void): void
  /** On UDP a message is sent again and again until its answer is here. */
  repeat(dialog: Dialog, text: string, isWanted: () => boolean): void
  /** A request within the dialog. */
  within(dialog: Dialog, method: string, seq: number): string
  end(dialog: Dialog, why: string): void
  hangUp(dialog: Dialog, why: string): void
}

/** @param self where the telephones are */
export function openDialogs(socket: Socket, self: Place): Dialogs {
  const open = new Map<string, Dialog>()
  const calls: PhoneCall[] = []
  const send = (text: string, to: Place) => socket.send(text, to.port, to.host, () => {})

  function end(dialog: Dialog, why: string): void {
    for (const timer of dialog.timers) clearTimeout(timer)
    dialog.accepted = null
    const { call } = dialog
    if (call.state === 'ended') return
    Object.assign(call, { state: 'ended', why, endedAt: Date.now() })
    call.sound?.close()
    call.sound = null
    // What is asked for late is still answered.
    setTimeout(() => open.delete(call.id), longestRepeatMs).unref()
  }

  function later(dialog: Dialog, ms: number, work: () => void): void {
    dialog.timers.push(setTimeout(work, ms))
  }

  function repeat(dialog: Dialog, text: string, isWanted: () => boolean, afterMs = firstRepeatMs, sinceMs = 0): void {
    later(dialog, afterMs, () => {
      if (!isWanted()) return
      if (sinceMs > longestRepeatMs) {
        end(dialog, 'no answer on the wire')
        return
      }
      send(text, dialog.remote)
      repeat(dialog, text, isWanted, Math.min(4_000, afterMs * 2), sinceMs + afterMs)
    })
  }

  function within(dialog: Dialog, method: string, seq: number): string {
    return writeMessage(`${method} ${dialog.target} SIP/2.0`, [
      ['Via', `SIP/2.0/UDP ${self.host}:${self.port};branch=z9hG4bK${newTag()};rport`],
      ['Max-Forwards', '70'],
      ['From', dialog.local],
      ['To', dialog.peer],
      ['Call-ID', dialog.call.id],
      ['CSeq', `${seq} ${method}`],
    ])
  }

  return {
    ...{ calls, open, send, later, within, end },
    repeat: (dialog, text, isWanted) => repeat(dialog, text, isWanted),
    add(dialog) {
      open.set(dialog.call.id, dialog)
      calls.unshift(dialog.call)
      calls.splice(keptCalls)
    },
    hangUp(dialog, why) {
      const { call, invite, remote } = dialog
      if (call.state === 'ended') return
      if (call.state === 'talking') {
        dialog.nextSeq += 1
        send(within(dialog, 'BYE', dialog.nextSeq), remote)
      } else if (call.direction === 'in') {
        send(writeResponse(invite, '480 Temporarily Unavailable', dialog.localTag), remote)
      } else {
        send(asInvite(dialog, 'CANCEL', headerOf(invite, 'to')), remote)
      }
      end(dialog, why)
    },
  }
}

/** CANCEL, and the ACK of a refusal: known by the branch of the INVITE (RFC 3261, sections 9.1 and 17.1.1.3). */
export function asInvite({ invite }: Dialog, method: 'CANCEL' | 'ACK', to: string): string {
  const same = (name: string, header: string): Header => [name, headerOf(invite, header)]
  return writeMessage(`${method} ${invite.uri} SIP/2.0`, [
    same('Via', 'via'),
    ['Max-Forwards', '70'],
    same('From', 'from'),
    ['To', to],
    same('Call-ID', 'call-id'),
    ['CSeq', `${Number.parseInt(headerOf(invite, 'cseq'), 10)} ${method}`],
  ])
}
