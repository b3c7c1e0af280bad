import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/** Below the ports that Linux uses for outgoing connections (from 32768) and the default ports of a hotline. */
const range = { from: 24_000, to: 32_000 }
const claimedAtOnce = 10

/**
 * Free consecutive ports on loopback, reserved for this process until it ends.
 *
 * Not "listen on 0, look, close": until the program listens there, another process may be given the port. Linux gives
 * odd ports to listeners and even ones to connections, so a SIP phone that takes the next port for TLS as well
 * (`baresip`) found each connection of the whole machine there, and died.
 * @returns the first
 */
export async function claimPorts(count: number): Promise<number> {
  const tens = Math.ceil(count / claimedAtOnce)
  const rows = (range.to - range.from) / claimedAtOnce - tens + 1
  const start = Math.floor(Math.random() * rows)
  for (let tried = 0; tried < rows; tried += 1) {
    const from = range.from + ((start + tried) % rows) * claimedAtOnce
    if (await claimRow(from, tens * claimedAtOnce)) return from
  }
  throw new Error(`no ${count} free ports in a row between ${range.from} and ${range.to}`)
}

/** Port settings of a private hotline: those of the environment, where it names some and they are free. */
export type PrivatePorts = Record<'HTTP_PORT' | 'SIP_PORT' | 'RTP_PORTS', string>

/**
 * For commands that run a hotline of their own beside another one. An environment that still has the ports of that one
 * names none of ours.
 * @param rtpPorts of its own
 */
export async function privatePorts(env: NodeJS.ProcessEnv, rtpPorts: string): Promise<PrivatePorts> {
  const isNamed = Boolean(env.HTTP_PORT) && (await isFree(Number(env.HTTP_PORT)))
  const given = isNamed ? env : {}
  const base = isNamed ? Number(env.HTTP_PORT) : await claimPorts(9)
  return {
    HTTP_PORT: String(base),
    SIP_PORT: given.SIP_PORT || String(base + 5),
    RTP_PORTS: given.RTP_PORTS || rtpPorts,
  }
}

async function claimRow(from: number, count: number): Promise<boolean> {
  const releases: (() => void)[] = []
  for (let port = from; port < from + count; port += claimedAtOnce) {
    const release = await claimTen(port)
    if (release) releases.push(release)
    else break
  }
  const row = Array.from({ length: count }, (_, offset) => from + offset)
  const isOurs = releases.length === count / claimedAtOnce && (await areFree(row))
  if (!isOurs) for (const release of releases) release()
  return isOurs
}

/**
 * A name in Linux' abstract namespace: like a port it belongs to the network namespace, and it is released when we end.
 */
function claimTen(from: number): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const claim = createServer()
    claim.on('error', () => resolve(null))
    claim.listen(`\0hotline-ports-${from}`, () => resolve(() => claim.close()))
    claim.unref()
  })
}

async function areFree(ports: number[]): Promise<boolean> {
  const free = await Promise.all(ports.flatMap((port) => [isFree(port), isUdpFree(port)]))
  return free.every(Boolean)
}

/** True when we could listen there. */
export function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.on('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}

export function isUdpFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.on('error', () => resolve(false))
    socket.bind(port, host, () => socket.close(() => resolve(true)))
  })
}
