import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cpuMsOf } from './cpu.ts'
import { sdpOf } from './sip/message.ts'
import { percentile } from './statistics.ts'

/** Citizens by the thousand: SIPp, open loop, without sound. */

export interface SippAsk {
  dir: string
  host: string
  sipPort: number
  to: string
  key: string
  /** From the key to the BYE of the citizen. */
  stayMs: number
  perSecond: number
  seconds: number
  signal: AbortSignal
}

export interface SippResult {
  calls: number
  failed: number
  resent: number
  /** INVITE → 200. */
  p99Ms: number
  /** Why the figures say nothing about the callee: the generator itself was at its limit. */
  voids: string[]
}

/** Discard port: sound of hundreds of calls would measure the sender. */
const nowhere = 9
/** How long the citizen listens to the greeting. */
const keyAfterMs = 400
/** Source: RFC 3261: above this share of a core the generator is what is measured. */
const mostOfACore = 0.7

export async function runSipp(ask: SippAsk): Promise<SippResult> {
  const { dir, host, sipPort, perSecond, seconds } = ask
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, 'citizen.xml'), scenarioOf(ask))
  const calls = Math.round(perSecond * seconds)
  const atOnce = Math.ceil(perSecond * ((keyAfterMs + ask.stayMs) / 1_000 + 5)) * 2
  const startedAt = performance.now()
  const child = spawn(
    'sipp',
    [
      `${host}:${sipPort}`,
      ...['-sf', 'citizen.xml', '-i', host, '-t', 'u1', '-nostdin'],
      ...['-r', String(perSecond), '-m', String(calls), '-l', String(atOnce), '-timeout', `${seconds + 30}s`],
      ...['-trace_rtt', '-rtt_freq', '1', '-trace_stat', '-fd', '1s', '-stf', 'stat.csv'],
      ...['-base_cseq', '1', '-recv_timeout', '10000', '-watchdog_interval', '0'],
    ],
    { cwd: dir, stdio: 'ignore' },
  )
  const abort = () => child.kill('SIGKILL')
  ask.signal.addEventListener('abort', abort)
  let cpuMs = 0
  const watch = setInterval(() => {
    if (child.pid !== undefined) cpuMs = cpuMsOf(child.pid) || cpuMs
  }, 200)
  await once(child, 'exit')
  clearInterval(watch)
  ask.signal.removeEventListener('abort', abort)
  ask.signal.throwIfAborted()
  const core = cpuMs / (performance.now() - startedAt)
  const stat = await lastStat(join(dir, 'stat.csv'))
  const voids: string[] = []
  if (core > mostOfACore) voids.push(`SIPp used ${Math.round(core * 100)} % of a core`)
  if (stat.mostAtOnce >= atOnce) voids.push(`SIPp hit its limit of ${atOnce} calls at once`)
  return {
    calls,
    failed: calls - stat.succeeded,
    resent: stat.resent,
    p99Ms: percentile(await roundTrips(dir, child.pid ?? 0), 0.99),
    voids,
  }
}

/** The key is sent as INFO: the same for every arm, and far cheaper to send than sound. */
function scenarioOf({ host, to, key, stayMs }: SippAsk): string {
  const head = (method: string, sequence: number, toHeader: string) => `
${method} sip:${to}@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:139[call_number]@[local_ip]>;tag=[pid]b[call_number]
${toHeader}
Call-ID: [call_id]
CSeq: ${sequence} ${method}
Contact: <sip:139[call_number]@[local_ip]:[local_port]>
Max-Forwards: 70`
  const send = (text: string, options = '') => `  <send${options}><![CDATA[${text}\n\n  ]]></send>`
  const known = '[last_To:]'
  const sdp = sdpOf(host, nowhere).replaceAll('\r\n', '\n')
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<scenario name="citizen">',
    send(
      `${head('INVITE', 1, `To: <sip:${to}@[remote_ip]:[remote_port]>`)}
Content-Type: application/sdp
Content-Length: [len]

${sdp}`,
      ' retrans="500" start_rtd="1"',
    ),
    ...[100, 180, 183].map((code) => `  <recv response="${code}" optional="true"/>`),
    '  <recv response="200" rtd="1"/>',
    send(`${head('ACK', 1, known)}\nContent-Length: 0`),
    `  <pause milliseconds="${keyAfterMs}"/>`,
    send(
      `${head('INFO', 2, known)}
Content-Type: application/dtmf-relay
Content-Length: [len]

Signal=${key}
Duration=100`,
      ' retrans="500"',
    ),
    '  <recv response="200"/>',
    `  <pause milliseconds="${stayMs}"/>`,
    send(`${head('BYE', 3, known)}\nContent-Length: 0`, ' retrans="500"'),
    '  <recv response="200"/>',
    '</scenario>',
  ].join('\n')
}

/** The last line of SIPp's statistics, by the names in its first. */
async function lastStat(file: string): Promise<{ succeeded: number; resent: number; mostAtOnce: number }> {
  const [names = '', ...lines] = (await readFile(file, 'utf8').catch(() => '')).trim().split('\n')
  const columns = names.split(';')
  const read = (line: string | undefined, name: string) => Number(line?.split(';')[columns.indexOf(name)] ?? 0)
  return {
    succeeded: read(lines.at(-1), 'SuccessfulCall(C)'),
    resent: read(lines.at(-1), 'Retransmissions(C)'),
    mostAtOnce: Math.max(0, ...lines.map((line) => read(line, 'CurrentCall'))),
  }
}

/** `citizen_<pid>_rtt.csv`: date; milliseconds; number of the timer. */
async function roundTrips(dir: string, pid: number): Promise<number[]> {
  const text = await readFile(join(dir, `citizen_${pid}_rtt.csv`), 'utf8').catch(() => '')
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.split(';')[1]))
}
