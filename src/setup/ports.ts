import { createServer } from 'node:net'

/** A TCP port on loopback that nobody uses at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

/** True when we could listen there. */
export function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.on('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}

/** First of a row of ports that are free now; below those that the system gives to outgoing connections. */
export async function freeBlock(size: number): Promise<number> {
  for (;;) {
    const base = 24_000 + Math.floor(Math.random() * 700) * 10
    const free = await Promise.all(Array.from({ length: size }, (_, offset) => isFree(base + offset)))
    if (free.every(Boolean)) return base
  }
}
