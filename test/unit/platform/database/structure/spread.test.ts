import { expect, test } from 'vitest'
import { migrationsDir, readMigrations } from '../../../../../src/platform/database/structure/migrations.ts'
import { spreadOf } from '../../../../../src/platform/database/structure/spread.ts'
import { effectOf } from '../../../../../src/platform/database/structure/statement.ts'

const spread = (statement: string) => {
  const found = spreadOf(statement)
  return found && { table: found.table, name: found.name, sql: found.where('k > 1') }
}

test('a change of rows goes range by range through the table that it changes, or reads', () => {
  expect(spread("-- why\nUPDATE `a` SET `b` = IF(`c` = 'WHERE', 1, 2) WHERE `d` = 1 OR `e` = 2;")).toEqual({
    ...{ table: 'a', name: 'a' },
    sql: "UPDATE `a` SET `b` = IF(`c` = 'WHERE', 1, 2) WHERE k > 1 AND (`d` = 1 OR `e` = 2)",
  })
  expect(spread('UPDATE `a` SET `b` = 1')?.sql).toBe('UPDATE `a` SET `b` = 1 WHERE k > 1')
  expect(spread('DELETE FROM `a` WHERE `b` = 1 OR `c` IN (SELECT `c` FROM `d` WHERE 1);')).toEqual({
    ...{ table: 'a', name: 'a' },
    sql: 'DELETE FROM `a` WHERE k > 1 AND (`b` = 1 OR `c` IN (SELECT `c` FROM `d` WHERE 1))',
  })
  expect(spread('DELETE FROM `a`')?.sql).toBe('DELETE FROM `a` WHERE k > 1')
  const joined =
    'UPDATE `a` x JOIN `b` y ON y.`a` = x.`id` SET x.`c` = y.`c` WHERE y.`d` IN (SELECT `d` FROM `e` WHERE 1)'
  expect(spread(joined)).toEqual({
    ...{ table: 'a', name: 'x' },
    sql: 'UPDATE `a` x JOIN `b` y ON y.`a` = x.`id` SET x.`c` = y.`c` WHERE k > 1 AND (y.`d` IN (SELECT `d` FROM `e` WHERE 1))',
  })
  const copied =
    'INSERT IGNORE INTO `a` (`id`, `n`) SELECT b.`id`, (SELECT MIN(c.`n`) FROM `c`) FROM `b` b JOIN `d` d ON d.`id` = b.`id`'
  expect(spread(copied)).toEqual({ table: 'b', name: 'b', sql: `${copied} WHERE k > 1` })
})

test.each([
  ['one value for all rows', 'INSERT INTO `a` (`n`) SELECT COUNT(*) FROM `b` GROUP BY `c`'],
  ['the first rows only', 'UPDATE `a` SET `b` = 1 ORDER BY `c` LIMIT 5'],
  ['rows that another table chooses', 'DELETE `a` FROM `a` JOIN `b` ON `b`.`a` = `a`.`id`'],
  ['rows of two tables', 'UPDATE `a` JOIN `b` ON `b`.`a` = `a`.`id` SET `a`.`c` = 1, `b`.`c` = 2'],
  ['the table that it reads grows', 'INSERT INTO `a` (`n`) SELECT `n` FROM `a`'],
  ['several tables behind commas', 'INSERT INTO `a` (`n`) SELECT `b`.`n` FROM `b`, `c`'],
  ['given rows', "INSERT INTO `a` (`n`) VALUES ('x')"],
])('it stays in one piece: %s', (_, statement) => {
  expect(spreadOf(statement)).toBeNull()
})

test('a key that changes is seen', () => {
  expect(spreadOf('UPDATE `a` SET `b` = 1, `id` = `id` + 1 WHERE `id` = 3')?.sets('id')).toBe(true)
  expect(spreadOf('UPDATE `a` x SET x.`id` = 1')?.sets('id')).toBe(true)
  expect(spreadOf('UPDATE `a` SET `b_id` = 1 WHERE `id` = 3')?.sets('id')).toBe(false)
})

/** Tables that grow with the city's calls. */
const large = /`(?:tickets|ticket_\w+|calls|call_\w+|citizens|notifications|messages|audit_events|outbox)`/

test('every migration changes rows of tickets and calls range by range', async () => {
  const isWhole = (sql: string) => effectOf(sql)?.kind === 'rows' && spreadOf(sql) === null
  const whole = (await readMigrations(migrationsDir)).flatMap(({ name, statements }) =>
    statements.filter((sql) => isWhole(sql) && large.test(sql) && !/^INSERT[^;]*\bVALUES\b/i.test(sql)).map(() => name),
  )
  expect(whole).toEqual([])
})
