import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { openExchange } from './exchange/exchange.ts'
import type { Region } from './exchange/matter.ts'
import { openStore } from './exchange/store.ts'
import { openHttp, type Play } from './http.ts'
import { openPhone } from './sip/phone.ts'

/**
 * The provincial platform of the sample: its seats, its exchange interface, its page; and all other external numbers.
 */

export interface ProvinceOptions {
  http: { host: string; port: number }
  sip: { host: string; port: number }
  /** The hotline's exchange interface, and where it takes calls. */
  hotlineUrl: string
  hotlineSip: { host: string; port: number }
  secret: string
  /** Of the packets to the emergency services, which it plays as well; the same one by default. */
  emergencySecret?: string
  /** SQLite file, or `:memory:`. */
  file: string
  region?: Region
  answerMs?: number
  talkMs?: number
  /** How long the hotline's answer to a packet is waited for before its call goes out. */
  packetMs?: number
}

export interface Province {
  http: FastifyInstance
  url: string
  sipPort: number
  stop(): Promise<void>
}

/** GB/T 2260: Shanxi, and its city of Changzhi. */
const shanxi: Region = { own: '140000', city: '140400' }

export async function openProvince(options: ProvinceOptions): Promise<Province> {
  const play: Play = { behaviour: 'answers', numbers: new Map(), manner: 'acknowledges' }
  if (options.file !== ':memory:') mkdirSync(dirname(options.file), { recursive: true })
  const store = openStore(options.file)
  const phone = await openPhone({
    ...options.sip,
    behaviourOf: (number) => play.numbers.get(number) ?? play.behaviour,
    answerMs: options.answerMs ?? 2_000,
    talkMs: options.talkMs ?? 5_000,
  })
  const { secret, emergencySecret = secret, hotlineUrl, region = shanxi } = options
  const exchange = openExchange({
    store,
    secret,
    emergencySecret,
    hotlineUrl,
    region,
    manner: () => play.manner,
    answerMs: options.packetMs ?? 2_000,
  })
  const parts = { exchange, store, phone, play, hotline: options.hotlineSip }
  const http = await openHttp(parts, options.http.host, options.http.port)
  return {
    http,
    url: http.listeningOrigin,
    sipPort: phone.port,
    async stop() {
      exchange.stop()
      await phone.close()
      http.server.closeAllConnections()
      await http.close()
      store.close()
    },
  }
}
