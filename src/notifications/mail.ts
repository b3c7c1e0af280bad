import { UnrecoverableError } from 'bullmq'
import { eq, sql } from 'drizzle-orm'
import { createTransport } from 'nodemailer'
import type { Db } from '../platform/database/database.ts'
import type { Figures } from '../platform/jobs/figures.ts'
import type { Log } from '../platform/process/log.ts'
import type { Instant } from '../platform/types.ts'
import { notifications } from '../tickets/records/schema.ts'
import { units } from '../units/schema.ts'
import { type LetterHead, letterOf } from './letter.ts'
import { isNoticeTopic } from './notification.ts'

/**
 * E-mails to units by SMTP. A process that dies between the server's answer and our row sends twice, under the same
 * Message-ID.
 */

export interface Mailer {
  /** @throws Error to be tried again; UnrecoverableError when another attempt cannot succeed */
  send(notificationId: number): Promise<'sent' | 'settled'>
  close(): void
}

export interface MailerParts {
  db: Db
  /** smtp:// or smtps://, with user and password; never logged. */
  smtpUrl: string
  from: string
  head: LetterHead
  figures: Pick<Figures, 'add'>
  now(): Instant
  log: Log
}

const limitMs = 10_000

export function openMailer(parts: MailerParts): Mailer {
  const { db, smtpUrl, from, head, figures, now, log } = parts
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 2,
    ...{ connectionTimeout: limitMs, greetingTimeout: limitMs, socketTimeout: limitMs },
    // Our e-mails are text; nothing in them may make the machine read a file or an address.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  })

  async function keepFailure(id: number, reason: string): Promise<void> {
    figures.add('mails_failed')
    await db
      .update(notifications)
      .set({ attempts: sql`${notifications.attempts} + 1`, lastError: reason.slice(0, 500) })
      .where(eq(notifications.id, id))
  }

  return {
    async send(notificationId) {
      const ofRow = eq(notifications.id, notificationId)
      const [row] = await db
        .select({ notice: notifications, to: units.email })
        .from(notifications)
        .leftJoin(units, eq(units.code, notifications.unitCode))
        .where(ofRow)
      if (!row || row.notice.sentAt !== null) return 'settled'
      const { id, topic, payload, unitCode } = row.notice
      if (!row.to || !isNoticeTopic(topic)) {
        await keepFailure(id, 'the unit has no e-mail address')
        throw new UnrecoverableError('the unit has no e-mail address')
      }
      try {
        const messageId = `<notification-${id}@${new URL(head.publicUrl).hostname}>`
        await transport.sendMail({ from, to: row.to, messageId, ...letterOf(topic, payload, head, now()) })
      } catch (error) {
        const { reason, isFinal } = failureOf(error)
        await keepFailure(id, reason)
        log.warn({ notificationId, unitCode, reason, isFinal }, 'e-mail not sent')
        throw isFinal ? new UnrecoverableError(reason) : new Error(reason)
      }
      await db
        .update(notifications)
        .set({ sentAt: now(), attempts: sql`${notifications.attempts} + 1`, lastError: null })
        .where(ofRow)
      figures.add('mails_sent')
      return 'sent'
    },
    close: () => transport.close(),
  }
}

/**
 * RFC 5321 4.2.1: 5xx is the server's final answer for this e-mail. A failed log-in is our fault, not the e-mail's:
 * once the settings are corrected, it is sent.
 */
function failureOf(error: unknown): { reason: string; isFinal: boolean } {
  if (!(error instanceof Error)) return { reason: String(error), isFinal: false }
  const { code, responseCode } = error as Error & { code?: string; responseCode?: number }
  const isFinal = responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH'
  return { reason: error.message, isFinal }
}
