import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a real MariaDB on which a test sees each statement before the server does, and its answer before the client. */
export interface StatementWatch {
  /** The same database by this way. */
  url: string
  close(): void
}

/**
 * @param onStatement false keeps the statement from the server; a function is told when the server has answered, and
 * the answer is kept from the client
 */
export async function watchStatements(
  url: string,
  onStatement: (sql: string) => boolean | (() => void),
): Promise<StatementWatch> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    let onAnswer: (() => void) | null = null
    let pending = Buffer.alloc(0)
    near.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk])
      for (let packet = firstPacket(pending); packet; packet = firstPacket(pending)) {
        pending = pending.subarray(packet.length)
        const sql = statementIn(packet)
        const verdict = sql === null || onStatement(sql)
        if (typeof verdict === 'function') onAnswer = verdict
        if (verdict !== false) far.write(packet)
      }
    })
    far.on('data', (chunk: Buffer) => (onAnswer ? onAnswer() : near.write(chunk)))
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      // What a killed process leaves of its connection is no news.
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const way = new URL(url)
  way.port = String((server.address() as AddressInfo).port)
  return {
    url: way.href,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Three bytes of length, one of sequence, then so many bytes (MySQL's client/server protocol). */
function firstPacket(bytes: Buffer): Buffer | null {
  if (bytes.length < 4) return null
  const length = 4 + bytes.readUIntLE(0, 3)
  return bytes.length < length ? null : bytes.subarray(0, length)
}

const comQuery = 3

/** Commands begin a sequence; what belongs to the log-in does not. */
function statementIn(packet: Buffer): string | null {
  return packet[3] === 0 && packet[4] === comQuery ? packet.toString('utf8', 5) : null
}
