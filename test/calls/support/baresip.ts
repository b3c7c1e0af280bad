import { spawn } from 'node:child_process'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageTone, wavOf } from '../../../src/telephony/speech/sounds.ts'
import { eventually } from '../../../src/tools/setup/files.ts'
import { claimPorts } from '../../../src/tools/setup/ports.ts'
import { patienceMs } from './patience.ts'

/** A real SIP soft phone without a screen. */
export interface SoftPhone {
  readonly address: string
  /** Events that baresip told so far, e.g. `REGISTER_OK`, `CALL_INCOMING`, `CALL_ESTABLISHED`, `CALL_CLOSED`. */
  readonly events: { type: string; param: string }[]
  until(type: string): Promise<void>
  command(command: string, params?: string): void
  stop(): Promise<void>
}

export async function startSoftPhone(phone: {
  sip: { SIP_HOST: string; SIP_PORT: number }
  id: string
  password: string
  answers: 'auto' | 'manual'
}): Promise<SoftPhone> {
  const { SIP_HOST: host, SIP_PORT: port } = phone.sip
  const dir = await mkdtemp(join(tmpdir(), 'hotline-phone-'))
  // It listens for SIP on the first, for SIP by TLS on the next, and takes our commands on the third.
  const listen = await claimPorts(3)
  const control = listen + 2
  const address = `sip:${phone.id}@${host}:${port}`
  await writeFile(join(dir, 'tone.wav'), wavOf(messageTone()))
  await writeFile(
    join(dir, 'config'),
    [
      'module_path /usr/lib/baresip/modules',
      ...['g711.so', 'aufile.so'].map((name) => `module ${name}`),
      ...['account.so', 'menu.so', 'ctrl_tcp.so'].map((name) => `module_app ${name}`),
      `sip_listen ${host}:${listen}`,
      `audio_source aufile,${join(dir, 'tone.wav')}`,
      `audio_player aufile,${join(dir, 'heard.wav')}`,
      `ctrl_tcp_listen ${host}:${control}`,
      '',
    ].join('\n'),
  )
  await writeFile(join(dir, 'accounts'), '')
  const program = await startProgram(dir)
  const events: SoftPhone['events'] = []
  const line = await program.open(control, host)
  let rest = Buffer.alloc(0)
  line.on('error', () => undefined)
  line.on('data', (data) => {
    rest = Buffer.concat([rest, data])
    for (let found = netstring(rest); found; found = netstring(rest)) {
      rest = rest.subarray(found.end)
      const said: { event?: boolean; type?: string; param?: string } = JSON.parse(found.text)
      if (said.event) events.push({ type: said.type ?? '', param: said.param ?? '' })
    }
  })

  function command(command: string, params = ''): void {
    const text = JSON.stringify({ command, params })
    line.write(`${Buffer.byteLength(text)}:${text},`)
  }
  // Only now: what is told before somebody listens is lost.
  const login = `auth_user=${phone.id};auth_pass=${phone.password}`
  command('uanew', `<${address};transport=udp>;${login};answermode=${phone.answers};regint=60`)

  return {
    address,
    events,
    command,
    async until(type) {
      if (await eventually(async () => events.some((event) => event.type === type), patienceMs)) return
      throw new Error(`no ${type}; only ${JSON.stringify(events)}`)
    },
    async stop() {
      line.destroy()
      await program.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

interface Program {
  /** The way to command it; throws with what it said when there is none. */
  open(port: number, host: string): Promise<Socket>
  stop(): Promise<void>
}

async function startProgram(dir: string): Promise<Program> {
  const said = join(dir, 'baresip.log')
  const output = await open(said, 'w')
  const program = spawn('baresip', ['-f', dir, '-4'], { stdio: ['ignore', output.fd, output.fd] })
  await output.close()
  let end: string | null = null
  const exited = new Promise<void>((done) => {
    const ended = (how: string) => {
      end = how
      done()
    }
    program.on('exit', (code, signal) => ended(`ended with ${signal ?? code}`))
    program.on('error', (error) => ended(error.message))
  })

  async function stop(): Promise<void> {
    program.kill('SIGTERM')
    const limit = setTimeout(() => program.kill('SIGKILL'), 5_000)
    await exited
    clearTimeout(limit)
  }

  return {
    stop,
    async open(port, host) {
      const until = Date.now() + patienceMs
      while (end === null && Date.now() < until) {
        const socket = await tryOpen(port, host)
        if (socket) return socket
        await sleep(50)
      }
      const why = end ?? 'does not answer'
      await stop()
      throw new Error(`baresip ${why}:\n${await readFile(said, 'utf8')}`)
    },
  }
}

function tryOpen(port: number, host: string): Promise<Socket | null> {
  return new Promise((done) => {
    const socket = connect(port, host, () => done(socket))
    socket.on('error', () => done(null))
  })
}

/** `12:{"event":…},` */
function netstring(data: Buffer): { text: string; end: number } | null {
  const colon = data.indexOf(':')
  if (colon < 0) return null
  const start = colon + 1
  const end = start + Number(data.subarray(0, colon).toString())
  return data.length > end ? { text: data.subarray(start, end).toString(), end: end + 1 } : null
}
