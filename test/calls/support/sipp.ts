import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { claimPorts } from '../../../src/tools/setup/ports.ts'
import { type Media, openMedia } from './rtp.ts'

/**
 * A citizen who calls the hotline: SIPp does the signalling, `media` speaks and hears.
 *
 *     const citizen = await callIn({ sip: settings, to: '12345', from: '13912345678' })
 *     await citizen.answered
 *     citizen.media.speak(600)
 *     await citizen.media.press('2')
 *     await citizen.hangUp()
 *     expect((await citizen.ended).codes).toContain(200)
 */
export interface CitizenAsk {
  sip: { SIP_HOST: string; SIP_PORT: number }
  to: string
  /** Number, default 13900000001; null calls anonymously. */
  from?: string | null
  /** Display name as it shall stand between quotes. */
  name?: string
  /** Whole From header up to the tag, when neither of the two above will do. */
  fromHeader?: string
  /** Whole header lines, e.g. `Diversion: <sip:12333@…>;reason=unconditional`. */
  headers?: string[]
  /** A citizen on TCP cannot hang up: SIPp takes the sign to do so over UDP only. */
  transport?: 'udp' | 'tcp'
}

export interface Citizen {
  readonly callId: string
  readonly media: Media
  /** Resolves with the 200, rejects when the call ends before one. */
  readonly answered: Promise<void>
  readonly ended: Promise<CitizenEnd>
  /** Cancels while it rings, else says BYE. Resolves when the call is over. */
  hangUp(): Promise<CitizenEnd>
}

export interface CitizenEnd {
  /** Every response to the INVITE, e.g. [100, 180, 200]. */
  codes: number[]
  by: 'citizen' | 'hotline' | 'refused' | 'broken'
  /** SIPp's exit code; 0 when the call went by the book. */
  exitCode: number | null
  /** All SIP messages, for the eyes of whoever reads a failed test. */
  messages: string
}

const templateFile = resolve(import.meta.dirname, '../sipp/citizen.xml')
const refusals = [400, 401, 403, 404, 407, 408, 415, 420, 480, 481, 484, 486, 487, 488, 500, 501, 503, 504, 600, 603]

const calling = new Set<Citizen>()

/** Ends what a failed test left on the line, so that the next one is not blamed for it. */
export async function everybodyHangsUp(): Promise<void> {
  await Promise.all([...calling].map((citizen) => citizen.hangUp()))
}

export async function callIn(ask: CitizenAsk): Promise<Citizen> {
  const { SIP_HOST: host, SIP_PORT: port } = ask.sip
  const dir = await mkdtemp(join(tmpdir(), 'hotline-citizen-'))
  const media = await openMedia(host)
  const callId = `citizen-${randomBytes(9).toString('hex')}`
  const localPort = await claimPorts(1)
  const messageFile = join(dir, 'messages.log')
  await writeFile(join(dir, 'citizen.xml'), await scenario(ask, media, host))

  const sipp = spawn(
    'sipp',
    [
      `${host}:${port}`,
      ...['-sf', join(dir, 'citizen.xml'), '-m', '1', '-i', host, '-p', `${localPort}`, '-cid_str', callId],
      ...['-t', ask.transport === 'tcp' ? 't1' : 'u1', '-timeout', '300s', '-timeout_error', '-nostdin'],
      ...['-trace_msg', '-message_file', messageFile, '-trace_err', '-error_file', join(dir, 'errors.log')],
    ],
    { cwd: dir, stdio: 'ignore' },
  )
  const exited = new Promise<number | null>((done) => {
    sipp.on('exit', done)
    sipp.on('error', () => done(null))
  })
  const heard = () => readFile(messageFile, 'utf8').catch(() => '')

  let isOver = false
  const ended = exited.then(async (exitCode): Promise<CitizenEnd> => {
    isOver = true
    media.close()
    const messages = (await heard()) + (await readFile(join(dir, 'errors.log'), 'utf8').catch(() => ''))
    await rm(dir, { recursive: true, force: true })
    return { codes: codesOf(messages), by: enderOf(messages, exitCode), exitCode, messages }
  })

  async function waitForAnswer(): Promise<void> {
    while (!isOver) {
      const audio = audioPortOf(await heard())
      if (audio !== null) {
        media.connect(audio)
        return
      }
      await sleep(20)
    }
    const end = await ended
    // Answered and ended between two looks.
    if (!end.codes.includes(200)) throw new Error(`not answered: ${end.codes.join(' ')}\n${end.messages}`)
  }
  const answered = waitForAnswer()
  // Whoever does not wait for the answer does not want to hear that there was none.
  answered.catch(() => undefined)

  const citizen: Citizen = {
    callId,
    media,
    answered,
    ended,
    async hangUp() {
      const socket = createSocket('udp4')
      // Again until it is heeded: SIPp may just be between two of its waits.
      for (let tries = 0; !isOver && tries < 40; tries += 1) {
        socket.send(hangUpDatagram(callId, host, localPort), localPort, host)
        await Promise.race([ended, sleep(500)])
      }
      socket.close()
      if (!isOver) sipp.kill('SIGKILL')
      return ended
    },
  }
  calling.add(citizen)
  void ended.then(() => calling.delete(citizen))
  return citizen
}

async function scenario(ask: CitizenAsk, media: Media, host: string): Promise<string> {
  const template = await readFile(templateFile, 'utf8')
  const number = ask.from === undefined ? '13900000001' : ask.from
  const address = number === null ? '<sip:anonymous@anonymous.invalid>' : `<sip:${number}@${host}>`
  const values: Record<string, string> = {
    to: ask.to,
    from: ask.fromHeader ?? (ask.name === undefined ? address : `"${ask.name}" ${address}`),
    headers: (ask.headers ?? []).map((line) => `${line}\n`).join(''),
    mediaHost: media.host,
    mediaPort: `${media.port}`,
    refusals: refusals.map((code) => `  <recv response="${code}" optional="true" next="1"/>`).join('\n'),
  }
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '')
}

function hangUpDatagram(callId: string, host: string, port: number): string {
  return [
    `HANGUP sip:citizen@${host}:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${host};branch=z9hG4bK-test`,
    `From: <sip:test@${host}>;tag=test`,
    `To: <sip:citizen@${host}>`,
    `Call-ID: ${callId}`,
    'CSeq: 1 HANGUP',
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n')
}

/** Message log: `UDP message received [n] bytes :` and then the message. */
function received(messages: string): string[] {
  return messages
    .split(/^-{20,}.*$/m)
    .filter((part) => /message received/.test(part))
    .map((part) => part.replace(/\r/g, ''))
}

function codesOf(messages: string): number[] {
  return received(messages).flatMap((message) => {
    const code = /^SIP\/2\.0 (\d{3})/m.exec(message)?.[1]
    return code && /^CSeq: 1 INVITE/im.test(message) ? Number(code) : []
  })
}

function audioPortOf(messages: string): number | null {
  const answer = received(messages).find((message) => /^SIP\/2\.0 200[\s\S]*^CSeq: 1 INVITE/im.test(message))
  const port = answer && /^m=audio (\d+)/m.exec(answer)?.[1]
  return port ? Number(port) : null
}

function enderOf(messages: string, exitCode: number | null): CitizenEnd['by'] {
  if (exitCode !== 0) return 'broken'
  const came = received(messages)
  if (came.some((message) => /^BYE /m.test(message))) return 'hotline'
  if (came.some((message) => /^HANGUP /m.test(message))) return 'citizen'
  return 'refused'
}
