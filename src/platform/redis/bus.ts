import type { Redis } from 'ioredis'
import type { Settings } from '../../settings.ts'
import { newId } from '../database/ids.ts'
import type { Log } from '../process/log.ts'
import { closeRedis, databaseNumber, openRedis } from './redis.ts'

/**
 * Communication between the roles: Redis pub/sub. A message may be lost, and with it a request, which then fails at its
 * time limit. It is never a source of truth: a reader that needs the truth reads it from its store.
 */
export interface Bus<Announcements extends object, Requests extends Asked<Requests>> {
  /** Never throws: a lost announcement is logged. */
  publish<T extends keyof Announcements & string>(topic: T, message: Announcements[T]): void
  /** The same for a sender that publishes it itself, in one transaction with the change that it announces. */
  written<T extends keyof Announcements & string>(topic: T, message: Announcements[T]): Written
  /** @returns stops listening */
  subscribe<T extends keyof Announcements & string>(
    topic: T,
    listener: (message: Announcements[T]) => void,
  ): Promise<() => void>
  /** @throws BusTimeout when no role answered within the limit */
  request<N extends keyof Requests & string>(
    name: N,
    ask: Requests[N]['ask'],
    timeoutMs: number,
  ): Promise<Requests[N]['answer']>
  /** With several responders the first answer counts; `undefined` from one means that the question is not for it. */
  respond<N extends keyof Requests & string>(
    name: N,
    responder: (ask: Requests[N]['ask']) => Promise<Requests[N]['answer'] | undefined>,
  ): Promise<() => void>
  /**
   * Called each time Redis is back and all subscriptions work again, and when another role could not announce
   * something: announcements in between are lost, so read the truth.
   * @returns stops listening
   */
  onBack(listener: () => void): () => void
  /**
   * News that a role published itself, or failed to publish, may have been lost: listeners read the truth. Call it when
   * the truth is in its store.
   */
  missed(): void
  close(): void
}

/** What is asked, and what is answered, by the name of the request. */
export type Asked<Names> = Record<keyof Names, { ask: unknown; answer: unknown }>

/** An announcement as Redis takes it. */
export interface Written {
  channel: string
  text: string
}

export class BusTimeout extends Error {
  readonly code = 'timeout'
  constructor(name: string, timeoutMs: number) {
    super(`no answer to ${name} within ${timeoutMs} ms`)
  }
}

interface Question {
  id: string
  replyTo: string
  ask: unknown
  /** After this instant the requester has given up: a responder that was unreachable until then does nothing. */
  until: number
}

interface Reply {
  id: string
  answer: unknown
}

type Listener = (message: unknown) => void

/** A connection that died silently delivers nothing: it is pinged at this interval. */
const pingEveryMs = 5_000

export async function openBus<Announcements extends object, Requests extends Asked<Requests>>(
  settings: Pick<Settings, 'redisUrl'>,
  log: Log,
): Promise<Bus<Announcements, Requests>> {
  const [publisher, subscriber] = await Promise.all([
    openRedis(settings, 'commands', log),
    openRedis(settings, 'subscriber', log),
  ])
  return makeBus(publisher, subscriber, `hotline:${databaseNumber(settings.redisUrl)}`, log)
}

async function makeBus<Announcements extends object, Requests extends Asked<Requests>>(
  publisher: Redis,
  subscriber: Redis,
  prefix: string,
  log: Log,
): Promise<Bus<Announcements, Requests>> {
  const listeners = new Map<string, Set<Listener>>()
  const pending = new Map<string, (answer: unknown) => void>()
  const replyTo = `${prefix}:reply:${newId()}`
  const backListeners = new Set<() => void>()

  const isBack = (): void => {
    for (const listener of backListeners) listener()
  }
  subscriber.on('ready', () => {
    // Answered after the subscriptions that the client repeats before it.
    subscriber.ping().then(isBack, (error: unknown) => log.debug({ err: error }, 'redis connection lost again'))
  })

  subscriber.on('message', (channel: string, text: string) => {
    const message = parse(text, channel, log)
    if (message === undefined) return
    for (const listener of listeners.get(channel) ?? []) {
      try {
        listener(message)
      } catch (error) {
        log.error({ err: error, channel }, 'bus listener failed')
      }
    }
  })

  /** Lost announcements, and up to which of them the listeners were informed. */
  let lost = 0
  let told = 0
  const send = ({ channel, text }: Written): void => {
    publisher.publish(channel, text).catch((error: unknown) => {
      log[lost > told ? 'debug' : 'warn']({ err: error, channel }, 'an announcement is lost')
      lost += 1
    })
  }
  const about = (channel: string, message: unknown): Written => ({ channel, text: JSON.stringify(message) })

  // Other roles may have reconnected before us, and have read stores that lacked what we could not announce.
  const gap = `${prefix}:gap`
  const tellGap = (): void => {
    if (told === lost || publisher.status !== 'ready') return
    const now = lost
    publisher.publish(gap, 'null').then(
      () => {
        told = Math.max(told, now)
      },
      (error: unknown) => log.debug({ err: error }, 'redis connection lost again'),
    )
  }
  publisher.on('ready', tellGap)
  const pulse = setInterval(() => {
    if (subscriber.status === 'ready')
      subscriber.ping().catch((error) => log.warn({ err: error }, 'bus ping failed: no answer from redis'))
    // Also without a reconnect: a late answer ends no connection.
    tellGap()
  }, pingEveryMs)

  const written: Bus<Announcements, Requests>['written'] = (topic, message) =>
    about(`${prefix}:topic:${topic}`, message)

  const listen = async (channel: string, listener: Listener): Promise<() => void> => {
    const known = listeners.get(channel)
    if (known) {
      known.add(listener)
    } else {
      listeners.set(channel, new Set([listener]))
      await settled(subscriber.subscribe(channel), channel, log)
    }
    return () => {
      const set = listeners.get(channel)
      set?.delete(listener)
      if (set && set.size === 0) {
        listeners.delete(channel)
        subscriber
          .unsubscribe(channel)
          .catch((error: unknown) => log.debug({ err: error, channel }, 'bus unsubscribe failed'))
      }
    }
  }

  await listen(gap, isBack)
  await listen(replyTo, (message) => {
    const reply = message as Reply
    pending.get(reply.id)?.(reply.answer)
  })

  return {
    publish: (topic, message) => send(written(topic, message)),
    written,
    // The types of a topic hold on both ends because both go through this file.
    subscribe: (topic, listener) => listen(`${prefix}:topic:${topic}`, listener as Listener),
    request: (name, ask, timeoutMs) => {
      const id = newId()
      type Answer = Requests[typeof name]['answer']
      return new Promise<Answer>((resolve, reject) => {
        const timer = setTimeout(() => {
          pending.delete(id)
          reject(new BusTimeout(name, timeoutMs))
        }, timeoutMs)
        pending.set(id, (answer) => {
          clearTimeout(timer)
          pending.delete(id)
          resolve(answer as Answer)
        })
        const question: Question = { id, replyTo, ask, until: Date.now() + timeoutMs }
        send(about(`${prefix}:ask:${name}`, question))
      })
    },
    respond: (name, responder) =>
      listen(`${prefix}:ask:${name}`, (message) => {
        const question = message as Question
        if (Date.now() > question.until) return
        type Ask = Requests[typeof name]['ask']
        answerOf(() => responder(question.ask as Ask), name, log).then((answer) => {
          if (answer !== undefined) send(about(question.replyTo, { id: question.id, answer } satisfies Reply))
        })
      }),
    onBack: (listener) => {
      backListeners.add(listener)
      return () => backListeners.delete(listener)
    },
    missed: () => {
      lost += 1
      tellGap()
    },
    close: () => {
      clearInterval(pulse)
      closeRedis(publisher)
      closeRedis(subscriber)
    },
  }
}

/**
 * A responder that throws is our fault, not the requester's: the requester gets a refusal and does not wait for
 * nothing.
 */
async function answerOf(respond: () => Promise<unknown>, name: string, log: Log): Promise<unknown> {
  try {
    return await respond()
  } catch (error) {
    log.error({ err: error, request: name }, 'bus responder failed: request answered with an error')
    return { ok: false, code: 'internal', message: '系统内部错误,请重试' }
  }
}

function parse(text: string, channel: string, log: Log): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    log.error({ err: error, channel }, 'malformed bus message: dropped')
    return undefined
  }
}

/** While Redis is unreachable the client keeps the subscription for its reconnect; the role starts nevertheless. */
async function settled(subscribing: Promise<unknown>, channel: string, log: Log): Promise<void> {
  try {
    await subscribing
  } catch (error) {
    log.warn({ err: error, channel }, 'bus subscription pending: redis unreachable')
  }
}
