/** The used part of ari-client 2.2.0; the package ships no types. */
declare module 'ari-client' {
  import type { EventEmitter } from 'node:events'

  export interface AriSocket {
    on(event: 'error', listener: (error: Error) => void): void
    on(event: 'message', listener: (data: Buffer | string) => void): void
    removeAllListeners(event: 'message'): void
    send(text: string): void
    terminate(): void
  }

  export interface AriPlayback {
    stop(): Promise<void>
  }

  export interface AriChannel {
    id: string
    answer(): Promise<void>
    play(what: { media: string }, playback: AriPlayback): Promise<unknown>
  }

  export interface AriClient extends EventEmitter {
    /** A playback that has not begun; `play` begins it. */
    Playback(): AriPlayback
    /** Opens the event socket for these applications. */
    start(apps: string[]): Promise<void>
    ping(): void
    /** Not public: the present event socket. */
    _ws?: AriSocket
    /** Not public: while true, the end of the socket counts as intended and nothing reconnects. */
    _wsClosed?: boolean
  }

  export function connect(url: string, username: string, password: string): Promise<AriClient>

  const ariClient: { connect: typeof connect }
  export default ariClient
}
