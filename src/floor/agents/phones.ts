import { and, eq, gt, isNull, or } from 'drizzle-orm'
import type { Bus } from '../../bus.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Log } from '../../platform/process/log.ts'
import type { Instant } from '../../platform/types.ts'
import type { Ari } from '../../telephony/ari/ari.ts'
import type { CommandAnswer } from '../../topics.ts'
import { devices } from './schema.ts'

/**
 * Keeps Asterisk's phones in step with the `devices` table. Asterisk holds them in its memory only: they are pushed one
 * by one as they come and go, and all together whenever Asterisk was restarted or unreachable.
 */
export interface Phones {
  pushAll(): Promise<void>
  /** Removes from Asterisk every phone that is withdrawn or has expired, in case the announcement was lost. */
  compare(): Promise<void>
  stop(): void
}

/** `b-` browsers of log-ins, `d-` desk phones, `g-` guests; other endpoints at Asterisk are not ours. */
const isPhone = (endpoint: string): boolean => /^[bdg]-/.test(endpoint)

type Device = typeof devices.$inferSelect

export async function openPhones(parts: { ari: Ari; db: Db; bus: Bus; now(): Instant; log: Log }): Promise<Phones> {
  const { ari, db, bus, now, log } = parts

  function isLive(device: Device): boolean {
    return device.withdrawnAt === null && (device.expiresAt === null || device.expiresAt > now())
  }

  async function push(device: Device): Promise<CommandAnswer> {
    const answer = await ari.pushEndpoint({
      id: device.id,
      digest: device.digest,
      kind: device.kind,
      callerNumber: device.callerNumber,
    })
    if (answer.ok) return { ok: true }
    log.warn({ device: device.id, why: answer.why, detail: answer.detail }, 'phone not pushed to Asterisk')
    return { ok: false, code: 'phone.not-pushed', message: '电话系统暂时无法登记话机,请稍候' }
  }

  async function follow(deviceId: string): Promise<CommandAnswer> {
    const [device] = await db.select().from(devices).where(eq(devices.id, deviceId))
    if (device && isLive(device)) return push(device)
    await ari.dropEndpoint(deviceId)
    return { ok: false, code: 'phone.withdrawn', message: '该话机已停用' }
  }

  const stops = await Promise.all([
    bus.respond('device.push', ({ deviceId }) => follow(deviceId)),
    bus.subscribe('devices.changed', ({ deviceId }) => {
      follow(deviceId).catch((error: unknown) =>
        log.warn({ err: error, device: deviceId }, 'change of a phone not carried to Asterisk'),
      )
    }),
  ])

  async function liveDevices(): Promise<Device[]> {
    return db
      .select()
      .from(devices)
      .where(and(isNull(devices.withdrawnAt), or(isNull(devices.expiresAt), gt(devices.expiresAt, now()))))
  }

  async function compare(): Promise<void> {
    // Asterisk first: a phone created in the meantime is in the table before it is pushed.
    const listed = await ari.endpoints()
    if (!listed.ok) return
    const live = new Set((await liveDevices()).map((device) => device.id))
    for (const id of listed.value.endpoints.filter((endpoint) => isPhone(endpoint) && !live.has(endpoint))) {
      const dropped = await ari.dropEndpoint(id)
      if (dropped.ok) log.warn({ device: id }, 'withdrawn phone was still at Asterisk: removed')
      else
        log.warn(
          { device: id, why: dropped.why, detail: dropped.detail },
          'withdrawn phone not removed from Asterisk: trying again',
        )
    }
  }

  return {
    async pushAll() {
      const live = await liveDevices()
      for (const device of live) await push(device)
      log.info({ phones: live.length }, 'phones pushed to Asterisk')
      await compare()
    },
    compare,
    stop() {
      for (const stop of stops) stop()
    },
  }
}
