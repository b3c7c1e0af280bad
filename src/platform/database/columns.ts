import { customType } from 'drizzle-orm/mysql-core'
import type { Instant } from '../types.ts'

/** Column types that every table shares. Instants are UTC with milliseconds; sessions run with `time_zone='+00:00'`. */

/** The digits at this place as a number; 0 past the end of the text. */
function numberAt(text: string, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to && at < text.length; at += 1) value = value * 10 + text.charCodeAt(at) - 48
  return value
}

/**
 * `2026-11-25 10:00:00.123`, the server's format. A page of tickets has 600 of them: `Date.parse` takes six times as
 * long.
 */
function readInstant(text: string): Instant {
  const day = Date.UTC(numberAt(text, 0, 4), numberAt(text, 5, 7) - 1, numberAt(text, 8, 10))
  const seconds = (numberAt(text, 11, 13) * 60 + numberAt(text, 14, 16)) * 60 + numberAt(text, 17, 19)
  return day + seconds * 1_000 + numberAt(text, 20, 23)
}

/** `datetime(3)` in UTC, a number of milliseconds in the code. */
export const instant = customType<{ data: Instant; driverData: string }>({
  dataType: () => 'datetime(3)',
  toDriver: (value) => new Date(value).toISOString().slice(0, 23).replace('T', ' '),
  fromDriver: readInstant,
})

/** ULID: 26 ASCII characters that sort by time, so that an index on them grows at its end. */
export const ulid = <Id extends string = string>(name: string) =>
  customType<{ data: Id; driverData: string }>({
    dataType: () => 'char(26) CHARACTER SET ascii COLLATE ascii_bin',
  })(name)

/**
 * A short ASCII code or an id of Asterisk's. Non-ASCII characters come from outside: they become `?`, which equals no
 * code; the server would refuse the whole statement.
 */
export const code = <Value extends string = string>(name: string, length = 32) =>
  customType<{ data: Value; driverData: string }>({
    dataType: () => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`,
    toDriver: (value) => value.replace(/[^ -~]/gu, '?'),
  })(name)
