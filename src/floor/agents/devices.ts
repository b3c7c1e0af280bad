import { randomBytes } from 'node:crypto'
import { and, asc, count, eq, gt, isNull, like, or } from 'drizzle-orm'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Instant, SessionId } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import { browserDevice, sipDigest } from './credentials.ts'
import { agents, devices } from './schema.ts'

/** Telephones of agents: the browser of a log-in, and desk phones with a secret of their own. */

export type Device = typeof devices.$inferSelect

const mostDeskPhones = 5

/** A log-in's own browser and all desk phones of its agent. */
export async function listDevices(db: Db, userId: number, sessionId: SessionId): Promise<Device[]> {
  return db
    .select()
    .from(devices)
    .where(
      and(
        eq(devices.userId, userId),
        isNull(devices.withdrawnAt),
        or(eq(devices.kind, 'DESK'), eq(devices.sessionId, sessionId)),
      ),
    )
    .orderBy(asc(devices.kind), asc(devices.createdAt))
}

/** @returns the row, and the secret, which cannot be read again */
export async function createDeskPhone(
  tx: Tx,
  agent: { userId: number; number: string },
  label: string,
  now: Instant,
): Promise<{ device: Device; password: string }> {
  // Serialises simultaneous requests, so that each gets a number of its own.
  await tx.select({ id: agents.userId }).from(agents).where(eq(agents.userId, agent.userId)).for('update')
  const own = and(eq(devices.userId, agent.userId), eq(devices.kind, 'DESK'))
  const [live] = await tx
    .select({ count: count() })
    .from(devices)
    .where(and(own, isNull(devices.withdrawnAt)))
  if ((live?.count ?? 0) >= mostDeskPhones) throw new Refusal('device.too-many')
  // Rows are never deleted: their count gives the next number.
  const [all] = await tx
    .select({ count: count() })
    .from(devices)
    .where(like(devices.id, `d-${agent.number}-%`))
  const id = `d-${agent.number}-${(all?.count ?? 0) + 1}`
  const password = randomBytes(18).toString('base64url')
  const device: Device = {
    id,
    kind: 'DESK',
    userId: agent.userId,
    sessionId: null,
    label,
    digest: sipDigest(id, password),
    callerNumber: null,
    isChosen: false,
    createdAt: now,
    expiresAt: null,
    withdrawnAt: null,
  }
  await tx.insert(devices).values(device)
  return { device, password }
}

/** From now on this phone rings. The browser is chosen by choosing no desk phone. */
export async function chooseDevice(tx: Tx, userId: number, sessionId: SessionId, id: string): Promise<Device> {
  const own = and(eq(devices.userId, userId), isNull(devices.withdrawnAt))
  const [device] = await tx
    .select()
    .from(devices)
    .where(and(own, eq(devices.id, id), or(eq(devices.kind, 'DESK'), eq(devices.sessionId, sessionId))))
  if (!device) throw new Refusal('device.not-found')
  await tx
    .update(devices)
    .set({ isChosen: false })
    .where(and(own, eq(devices.isChosen, true)))
  if (device.kind === 'DESK') await tx.update(devices).set({ isChosen: true }).where(eq(devices.id, id))
  return device
}

/** @returns the phone as it was before */
export async function withdrawDeskPhone(tx: Tx, userId: number, id: string, now: Instant): Promise<Device> {
  const isIt = and(
    eq(devices.id, id),
    eq(devices.userId, userId),
    eq(devices.kind, 'DESK'),
    isNull(devices.withdrawnAt),
  )
  const [device] = await tx.select().from(devices).where(isIt)
  if (!device) throw new Refusal('device.not-found')
  await tx.update(devices).set({ withdrawnAt: now, isChosen: false }).where(isIt)
  return device
}

/** The endpoint that rings for this log-in: the chosen desk phone, else its browser. */
export async function chosenEndpoint(db: Db, userId: number, sessionId: SessionId, now: Instant): Promise<string> {
  const [device] = await db
    .select({ id: devices.id })
    .from(devices)
    .where(
      and(
        eq(devices.userId, userId),
        eq(devices.kind, 'DESK'),
        eq(devices.isChosen, true),
        isNull(devices.withdrawnAt),
        or(isNull(devices.expiresAt), gt(devices.expiresAt, now)),
      ),
    )
  return device?.id ?? browserDevice(sessionId)
}
