import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'

/**
 * The atomic steps in `commands/*.lua`. `--- @include "name"` brings in `commands/includes/name.lua`, each once;
 * every script gets one key, the prefix: all keys of the floor share its hash tag and so lie on one node of a cluster.
 */

const folder = join(import.meta.dirname, 'commands')

export type CommandName =
  | 'accept'
  | 'choose'
  | 'endWrapUps'
  | 'enqueue'
  | 'expire'
  | 'extendWrapUp'
  | 'figures'
  | 'finishCall'
  | 'finishWrapUp'
  | 'heartbeat'
  | 'hold'
  | 'restoreTalk'
  | 'leave'
  | 'match'
  | 'missing'
  | 'position'
  | 'rebuild'
  | 'reject'
  | 'ringing'
  | 'setEndpoint'
  | 'setProfile'
  | 'setReachable'
  | 'signIn'
  | 'signOut'
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
export function commandRunner(redis: Redis, prefix: string): RunCommand {
  return async (name, ...args) => {
    const command = commands().get(name)
    if (!command) throw new Error(`no queue command ${name}`)
    try {
      return await redis.evalsha(command.sha, 1, prefix, ...args)
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return redis.eval(command.source, 1, prefix, ...args)
    }
  }
}
