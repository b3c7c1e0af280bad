import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a real server that a test can cut and mend. */
export interface Severable {
  /** The same address by this way. */
  url: string
  cut(): Promise<void>
  mend(): Promise<void>
  close(): Promise<void>
}

export async function severable(url: string): Promise<Severable> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.pipe(other)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()))
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  await listen(0)
  const { port } = server.address() as AddressInfo
  const way = new URL(url)
  way.port = String(port)
  return {
    url: way.href,
    cut: stop,
    mend: () => listen(port),
    close: async () => {
      if (server.listening) await stop()
    },
  }
}
