import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'

/**
 * The atomic steps in `commands/*.lua`. `--- @include "name"` brings in `commands/includes/name.lua`, each once;
 * every script gets one key, the prefix: all keys of the floor share its hash tag and so lie on one node of a cluster.
 * A controller's steps get a second one: the highest epoch that any controller of its Asterisk has acted with.
 */

/** With which epoch a controller acts on the floor; one that is lower than another's is refused. */
export interface Fence {
  node: string
  epoch: number
  /** A higher epoch is known: nothing was changed. */
  onStale(): void
}

/** Shares the floor's hash tag. */
export const epochKey = (node: string): string => `{hotline}:epoch:${node}`

export const isStale = (error: Error): boolean => error.message.startsWith('STALE_EPOCH')

const folder = join(import.meta.dirname, 'commands')

export type CommandName =
  | 'accept'
  | 'attended'
  | 'choose'
  | 'endWrapUps'
  | 'enqueue'
  | 'expire'
  | 'extendWrapUp'
  | 'figures'
  | 'finishCall'
  | 'finishWrapUp'
  | 'followClock'
  | 'heartbeat'
  | 'hold'
  | 'restoreTalk'
  | 'leave'
  | 'match'
  | 'missing'
  | 'position'
  | 'rebuild'
  | 'reject'
  | 'releasePart'
  | 'ringing'
  | 'setEndpoint'
  | 'setProfile'
  | 'setReachable'
  | 'signIn'
  | 'signOut'
  | 'takePart'
  | 'withdraw'

interface Command {
  source: string
  sha: string
}

export type RunCommand = (name: CommandName, ...args: (string | number)[]) => Promise<unknown>

let loaded: Map<string, Command> | null = null

function commands(): Map<string, Command> {
  loaded ??= new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.lua'))
      .map((file) => {
        const source = assemble(join(folder, file), new Set())
        return [file.slice(0, -'.lua'.length), { source, sha: createHash('sha1').update(source).digest('hex') }]
      }),
  )
  return loaded
}

function assemble(path: string, included: Set<string>): string {
  return readFileSync(path, 'utf8').replace(/^--- @include "([\w-]+)"$/gm, (_line, name: string) => {
    if (included.has(name)) return ''
    included.add(name)
    return assemble(join(folder, 'includes', `${name}.lua`), included)
  })
}

/** Runs a step; a server that does not know it (new, or flushed) is given its source. */
export function commandRunner(redis: Redis, prefix: string, fence?: Fence): RunCommand {
  const keys = fence ? [prefix, epochKey(fence.node)] : [prefix]
  return async (name, ...given) => {
    const command = commands().get(name)
    if (!command) throw new Error(`no queue command ${name}`)
    const args = fence ? [...given, fence.epoch] : given
    try {
      return await redis.evalsha(command.sha, keys.length, ...keys, ...args).catch((error: unknown) => {
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
        return redis.eval(command.source, keys.length, ...keys, ...args)
      })
    } catch (error) {
      if (error instanceof Error && isStale(error)) fence?.onStale()
      throw error
    }
  }
}
