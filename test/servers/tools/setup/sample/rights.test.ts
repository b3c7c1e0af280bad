import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { expect, inject, test } from 'vitest'
import { migrate } from '../../../../../src/platform/database/structure/migrate.ts'
import { databaseName, grantRights, userName } from '../../../../../src/tools/setup/servers/mariadb.ts'

test('the roles’ database user changes rows, never structure, and of the audit nothing at all', async () => {
  const owner = new URL(inject('servers').databaseUrl)
  owner.pathname = `/${databaseName}`
  await migrate(owner.href)
  await grantRights(owner.href)

  // The private servers of a test give both users the same password.
  const user = new URL(owner)
  user.username = userName
  const connection = await createConnection(user.href)
  const denied = { code: expect.stringMatching(/DENIED/) }
  await connection.query("INSERT INTO audit_events (at, actor, action) VALUES (NOW(3), 'li', 'session.opened')")
  await expect(connection.query("UPDATE audit_events SET actor = 'x'")).rejects.toMatchObject(denied)
  await expect(connection.query('DELETE FROM audit_events')).rejects.toMatchObject(denied)
  await expect(connection.query('DROP TABLE users')).rejects.toMatchObject(denied)
  await expect(connection.query('CREATE TABLE x (id int)')).rejects.toMatchObject(denied)
  await connection.query('SELECT * FROM schema_migrations')
  await expect(connection.query('UPDATE schema_migrations SET done = 0')).rejects.toMatchObject(denied)
  await connection.query("UPDATE users SET name = 'x' WHERE id = 0")
  const [databases] = await connection.query<RowDataPacket[]>('SHOW DATABASES')
  expect(databases.map((row) => row.Database)).not.toContain('mysql')
  await connection.end()
})
