/** The used part of asterisk-manager 0.2.0; the package ships no types. */
declare module 'asterisk-manager' {
  /** Header names in lower case; a repeated header is a list. */
  export type Packet = Record<string, unknown>

  export interface Manager {
    on(event: 'managerevent', listener: (packet: Packet) => void): void
    on(event: 'close' | 'end' | 'connect', listener: () => void): void
    on(event: 'error', listener: (error: Error) => void): void
    removeAllListeners(event: string): void
    connect(port: number, host: string, connected?: (error: Error | null) => void): void
    login(done: (error?: unknown) => void): void
    /** @returns the action's id */
    action(fields: Record<string, string>, done: (error: Packet | undefined, packet?: Packet) => void): string
    disconnect(): void
    options: { port: number; host: string; username: string; password: string; events: boolean }
  }

  /** Without a port nothing is connected yet. */
  export default function createManager(port: null): Manager
}
