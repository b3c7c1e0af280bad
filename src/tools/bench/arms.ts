import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings } from '../../settings.ts'

/**
 * What the product is compared with, on the same Asterisk and behind the same trunk: **N**, the same flow in native
 * dialplan, **F**, a minimal ARI application that does the required operations and nothing else, and **C**, the same on
 * ari-client's own objects and requests. They exist in the bench's configuration only; no dialplan that answers
 * citizens contains them.
 */
export type Arm = 'N' | 'F' | 'C' | 'P'

/** A: greeting, a key, the greeting again. B: greeting, a key, an agent. */
export type Flow = 'A' | 'B'

/** What the citizen dials. */
export const numberOf: Record<Arm, Record<Flow, string>> = {
  N: { A: '9001', B: '9002' },
  F: { A: '9011', B: '9012' },
  // It has flow A only: its other number is not answered.
  C: { A: '9021', B: '9022' },
  P: { A: '12345', B: '12345' },
}

/** The keys of the product's own menu, the same in every arm: repeat the greeting, and the queue of one skill. */
export const keyOf: Record<Flow, string> = { A: '9', B: '2' }

/** P19: in both arms the citizen's keys 5 and 6 consult and join; the product's agent does it at the desk. */
export const consultNumber = { N: '9003', F: '9013' } as const
/** Whom agents consult: a number of the sample's directory. */
export const thirdNumber = '95598'
export const thirdPhone = 'bench-third'
export function thirdPort(settings: Pick<Settings, 'SIP_PORT'>): number {
  return settings.SIP_PORT + 2
}

export const floorApp = 'bench-floor'
export const ariClientApp = 'bench-ari-client'

/** Agents' phones of the arms N and F: more than the calls that either of them can hold. */
export const armPhones = 400
export const armPhone = (index: number): string => `bench-${index}`

/** All phones of the bench answer on this one port. */
export function phonesPort(settings: Pick<Settings, 'SIP_PORT'>): number {
  return settings.SIP_PORT + 1
}

export async function addArms(etcDir: string, settings: Settings): Promise<void> {
  const files = {
    'extensions.conf': dialplan(),
    'queues.conf': queue(),
    'pjsip.conf': phones(settings),
    'modules.conf':
      'load = app_confbridge.so\nload = app_originate.so\nload = app_channelredirect.so\nload = func_global.so\n',
    'confbridge.conf': conference,
  }
  for (const [name, text] of Object.entries(files)) await appendFile(join(etcDir, name), `\n${text}`)
}

function dialplan(): string {
  const greeting = 'zh/greeting-12345'
  return `
[from-trunk](+)
exten => ${numberOf.N.A},1,Goto(bench-ivr,s,1)
exten => ${numberOf.N.B},1,Goto(bench-queue,s,1)
exten => ${numberOf.F.A},1,Stasis(${floorApp},A)
 same => n,Hangup()
exten => ${numberOf.F.B},1,Stasis(${floorApp},B)
 same => n,Hangup()
exten => ${numberOf.C.A},1,Stasis(${ariClientApp})
 same => n,Hangup()
exten => ${consultNumber.N},1,Answer()
 same => n,Originate(PJSIP/${armPhone(0)},exten,bench-room,in,1,10,a)
 same => n,ConfBridge(bench,bench_bridge,bench_citizen,bench_menu)
 same => n,Hangup()
exten => ${consultNumber.F},1,Stasis(${floorApp},C)
 same => n,Hangup()

[bench-room]
exten => in,1,ConfBridge(bench,bench_bridge,bench_user)
 same => n,Hangup()
exten => wait,1,Set(GLOBAL(BENCH_THIRD)=\${CHANNEL(name)})
 same => n,Wait(30)
 same => n,Hangup()

[bench-keys]
exten => consult,1,Originate(PJSIP/${thirdPhone},exten,bench-room,wait,1,10,a)
exten => join,1,ChannelRedirect(\${BENCH_THIRD},bench-room,in,1)

[bench-ivr]
exten => s,1,Answer()
 same => n,Background(${greeting})
 same => n,WaitExten(3)
 same => n,Hangup()
exten => ${keyOf.A},1,Playback(${greeting})
 same => n,Hangup()

[bench-queue]
exten => s,1,Answer()
 same => n,Background(${greeting})
 same => n,WaitExten(3)
 same => n,Hangup()
exten => ${keyOf.B},1,MixMonitor(bench/\${UNIQUEID}.wav)
 same => n,Queue(bench,tn)
 same => n,Hangup()
`
}

/**
 * The citizen's BYE ends it for all, as in the other arms: they alone are marked. `end_marked` ends it for those who are
 * in it when the *last* marked one has left, so with all of them marked the agent and the third stayed, and were mixed
 * into the next call.
 */
const conference = `
[bench_bridge]
type = bridge

[bench_citizen]
type = user
quiet = yes
announce_only_user = no
marked = yes

[bench_user]
type = user
quiet = yes
announce_only_user = no
end_marked = yes

[bench_menu]
type = menu
5 = dialplan_exec(bench-keys,consult,1)
6 = dialplan_exec(bench-keys,join,1)
`

function queue(): string {
  const members = Array.from({ length: armPhones }, (_, index) => `member => PJSIP/${armPhone(index)}`)
  return `
[bench]
strategy = leastrecent
musicclass = default
timeout = 20
retry = 1
ringinuse = no
autofill = yes
joinempty = yes
${members.join('\n')}
`
}

/** Like the product's desk phones (telephony/endpoint.ts), but configured from the start and without a registration. */
function phones(settings: Settings): string {
  const { SIP_HOST: host } = settings
  const template = `
[bench-phone](!)
type = endpoint
context = from-agent
transport = udp
disallow = all
allow = alaw,ulaw
direct_media = no
dtmf_mode = rfc4733
media_address = ${host}
bind_rtp_to_media_address = yes
rtp_symmetric = yes
force_rport = yes
rtp_timeout = 30
allow_transfer = no
allow_subscribe = no
device_state_busy_at = 1
language = zh
`
  const each = Array.from({ length: armPhones }, (_, index) => {
    const name = armPhone(index)
    return `
[${name}](bench-phone)
aors = ${name}

[${name}]
type = aor
contact = sip:${name}@${host}:${phonesPort(settings)}
`
  })
  const third = `
[${thirdPhone}](bench-phone)
aors = ${thirdPhone}

[${thirdPhone}]
type = aor
contact = sip:${thirdPhone}@${host}:${thirdPort(settings)}
`
  return template + each.join('') + third
}
