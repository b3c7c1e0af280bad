import { normaliseNumber } from '../../lines/number.ts'
import type { Instant } from '../../platform/types.ts'

/** Every time and number that a person reads. All clocks show the hotline's own time zone. */

const zone = 'Asia/Shanghai'
const parts = new Intl.DateTimeFormat('zh-CN', {
  timeZone: zone,
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

interface Wall {
  year: string
  month: string
  day: string
  hour: string
  minute: string
  second: string
}

function wall(at: Instant): Wall {
  const found: Wall = { year: '', month: '', day: '', hour: '', minute: '', second: '' }
  for (const { type, value } of parts.formatToParts(at)) if (type in found) found[type as keyof Wall] = value
  return found
}

const dayMs = 86_400_000

/** `今天 14:05`, `昨天 14:05`, `11月23日 14:05`, with the year when it is not this one. */
export function formatWhen(at: Instant, now: Instant): string {
  const t = wall(at)
  const time = `${t.hour}:${t.minute}`
  if (isSameDay(t, wall(now))) return `今天 ${time}`
  if (isSameDay(t, wall(now - dayMs))) return `昨天 ${time}`
  const date = `${t.month}月${t.day}日 ${time}`
  return t.year === wall(now).year ? date : `${t.year}年${date}`
}

function isSameDay(a: Wall, b: Wall): boolean {
  return a.year === b.year && a.month === b.month && a.day === b.day
}

/** `14:05:22` */
export function formatClock(at: Instant): string {
  const t = wall(at)
  return `${t.hour}:${t.minute}:${t.second}`
}

/** `2026年11月23日 14:05:22`, for titles on hover. */
export function formatFull(at: Instant): string {
  const t = wall(at)
  return `${t.year}年${t.month}月${t.day}日 ${t.hour}:${t.minute}:${t.second}`
}

/** `03:12`, `1:03:12`. Never negative: a clock that is a second ahead shows zero. */
export function formatSpan(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000))
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(total / 3600)
  const rest = `${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}

/** `18 秒`, `3 分 12 秒`, `1 小时 3 分`, for reading aloud and for sentences. */
export function spanInWords(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000))
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  if (hours > 0) return minutes > 0 ? `${hours} 小时 ${minutes} 分` : `${hours} 小时`
  if (minutes > 0) return seconds > 0 ? `${minutes} 分 ${seconds} 秒` : `${minutes} 分钟`
  return `${seconds} 秒`
}

/** `刚刚`, `25 分钟`, `6 小时`, `3 天`: how long something waits, at a glance. */
export function waitInWords(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000)
  if (minutes === 0) return '刚刚'
  if (minutes < 60) return `${minutes} 分钟`
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} 小时` : `${Math.floor(minutes / (24 * 60))} 天`
}

/**
 * `+8613900001234` as it is dialled in the country, `13900001234`; one from abroad, and what cannot be read, as it is. The
 * masked form of a number is written the same way (`maskNumber`).
 */
export function formatNumber(e164: string): string {
  const [main = '', extension] = e164.split(';ext=')
  const { national } = normaliseNumber(main, '')
  const shown = national === '' || national.startsWith('00') ? main : national
  return extension === undefined ? shown : `${shown} 转 ${extension}`
}

/** A day as the address bar keeps it, `2026-11-23`, to the instant at which it begins in Shanghai. */
export function dayStart(day: string): Instant | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null
  const at = Date.parse(`${day}T00:00:00+08:00`)
  return Number.isNaN(at) ? null : at
}

export function dayAfter(at: Instant): Instant {
  return at + dayMs
}

export function toDay(at: Instant): string {
  const t = wall(at)
  return `${t.year}-${t.month.padStart(2, '0')}-${t.day.padStart(2, '0')}`
}
