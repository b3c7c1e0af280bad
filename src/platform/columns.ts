import { customType } from 'drizzle-orm/mysql-core'
import type { Instant } from './types.ts'

/** Column types that every table shares. Instants are UTC with milliseconds; sessions run with `time_zone='+00:00'`. */

/** `datetime(3)` in UTC, a number of milliseconds in the code. */
export const instant = customType<{ data: Instant; driverData: string }>({
  dataType: () => 'datetime(3)',
  toDriver: (value) => new Date(value).toISOString().slice(0, 23).replace('T', ' '),
  fromDriver: (value) => Date.parse(`${value.replace(' ', 'T')}Z`),
})

/** ULID: 26 ASCII characters that sort by time, so that an index on them grows at its end. */
export const ulid = <Id extends string = string>(name: string) =>
  customType<{ data: Id; driverData: string }>({
    dataType: () => 'char(26) CHARACTER SET ascii COLLATE ascii_bin',
  })(name)

/**
 * A short ASCII code or an id of Asterisk's. What is not ASCII came from outside: it becomes `?`, which equals no code,
 * where the server would refuse the whole statement.
 */
export const code = <Value extends string = string>(name: string, length = 32) =>
  customType<{ data: Value; driverData: string }>({
    dataType: () => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`,
    toDriver: (value) => value.replace(/[^ -~]/gu, '?'),
  })(name)
