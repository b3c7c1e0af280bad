import { expect, test } from 'vitest'
import { migrationsDir, readMigrations } from '../../../../../src/platform/database/structure/migrations.ts'
import { effectOf } from '../../../../../src/platform/database/structure/statement.ts'

test('every statement of every migration can be resumed after its process was killed', async () => {
  const migrations = await readMigrations(migrationsDir)
  const faults = migrations.flatMap(({ name, statements }) =>
    statements.flatMap((statement, index) =>
      effectOf(statement) ? [] : [`migrations/${name}.sql, statement ${index + 1}: ${statement}`],
    ),
  )
  expect(migrations.length).toBeGreaterThan(9)
  expect(faults).toEqual([])
})

test('a change of structure is known by what it leaves', () => {
  const trace = (statement: string) => {
    const effect = effectOf(statement)
    return effect?.kind === 'structure' ? effect.trace : effect
  }
  expect(trace("CREATE TABLE `a` (\n\t`id` int NOT NULL,\n\t`b` enum('x;y', 'z')\n);")).toEqual({
    kind: 'table',
    table: 'a',
    name: 'a',
    isThere: true,
  })
  expect(trace("ALTER TABLE `a` ADD `b` varchar(32) DEFAULT '' NOT NULL;")).toEqual({
    kind: 'column',
    table: 'a',
    name: 'b',
    isThere: true,
  })
  expect(trace('RENAME TABLE `a` TO `b`;')).toEqual({ kind: 'table', table: 'a', name: 'a', isThere: false })
  expect(trace('ALTER TABLE `a` RENAME COLUMN `b` TO `c`;')).toEqual({
    kind: 'column',
    table: 'a',
    name: 'b',
    isThere: false,
  })
  expect(trace('DROP INDEX `i` ON `a`;')).toEqual({ kind: 'index', table: 'a', name: 'i', isThere: false })
  expect(trace('ALTER TABLE `a` DROP FOREIGN KEY `f`;\n')).toEqual({
    kind: 'constraint',
    table: 'a',
    name: 'f',
    isThere: false,
  })
})

test('rows change in a transaction, a column that is only defined anew may be so twice', () => {
  expect(effectOf("-- why\nUPDATE `a` SET `b` = CONCAT(`b`, ';');")).toEqual({ kind: 'rows' })
  expect(effectOf('ALTER TABLE `a` MODIFY COLUMN `b` decimal(10,2) NOT NULL;')).toEqual({ kind: 'repeatable' })
})

test.each([
  ['two statements at once', 'DROP INDEX `i` ON `a`; DROP INDEX `j` ON `a`;'],
  ['two changes of a table at once', 'ALTER TABLE `a` ADD `b` int, ADD `c` int;'],
  ['two tables at once', 'RENAME TABLE `a` TO `b`, `c` TO `d`;'],
  ['words that MySQL does not have', 'ALTER TABLE `a` ADD COLUMN IF NOT EXISTS `b` int;'],
  ['words that MySQL does not have', 'DROP INDEX IF EXISTS `i` ON `a`;'],
  ['an index without a name', 'ALTER TABLE `a` ADD INDEX (`b`);'],
  ['names without backquotes', 'CREATE TABLE a (id int);'],
])('refused: %s', (_, statement) => {
  expect(effectOf(statement)).toBeNull()
})
