import { expect, onTestFinished, test } from 'vitest'
import type { AuditList } from '../../../src/audit/api.ts'
import { listAudit } from '../../../src/audit/reads.ts'
import { audit } from '../../../src/audit/store.ts'
import { openDatabase } from '../../../src/platform/database/database.ts'
import { aWeb, password, type World } from '../web/world.ts'

async function anAuditor(world: World): Promise<string> {
  await world.person('auditor', ['AUDITOR'])
  return world.logIn('auditor')
}

const list = async (world: World, cookie: string, query = ''): Promise<AuditList> =>
  (await world.get(`/api/audit?${query}`, cookie)).json()
const actions = ({ entries }: AuditList) => entries.map(({ action }) => action)

test('only auditors read the audit, and that they do is in it', async () => {
  const world = await aWeb()
  const cookie = await anAuditor(world)
  for (const role of ['ADMIN', 'SUPERVISOR', 'DIRECTOR'] as const) {
    await world.person(role, [role])
    expect((await world.get('/api/audit', await world.logIn(role))).statusCode).toBe(403)
  }
  await list(world, cookie, 'action=session.opened&limit=1')
  const { entries } = await list(world, cookie, 'action=audit.read')
  expect(entries).toMatchObject([{ actor: 'auditor', details: { filter: { action: 'session.opened' } } }])
})

test('no page of the audit is read without a row, whatever its cursor', async () => {
  const world = await aWeb()
  const cookie = await anAuditor(world)
  const later = `${Date.now() + 60_000}.1`
  expect((await list(world, cookie, 'action=session.opened&cursor=')).entries).toHaveLength(1)
  expect((await list(world, cookie, `action=session.opened&cursor=${later}`)).entries).toHaveLength(1)
  const { entries } = await list(world, cookie, 'action=audit.read')
  const filter = { action: 'session.opened' }
  expect(entries.map(({ details }) => details)).toEqual([{ filter, cursor: later }, { filter }])
})

test('each filter finds its rows, together they narrow, and pages are whole also where many rows are of one instant', async () => {
  const world = await aWeb()
  const cookie = await anAuditor(world)
  const { id } = await world.agent('1001')
  const at = Date.now() - 3_600_000
  for (let n = 0; n < 7; n += 1) {
    await audit(world.db, { at, actorId: id, actor: '1001', action: 'recording.played', subject: `CALL-${n}` })
  }
  await audit(world.db, { at: at + 1, actorId: id, actor: '1001', action: 'call.number-revealed', subject: 'CALL-3' })
  await world.post('/api/session', undefined, { username: '1001', password: 'wrong' })
  expect(actions(await list(world, cookie, 'actor=1001&result=refused'))).toEqual(['session.refused'])
  expect(actions(await list(world, cookie, 'subject=CALL-3'))).toEqual(['call.number-revealed', 'recording.played'])
  expect(actions(await list(world, cookie, `actor=1001&from=${at + 1}&to=${at + 2}`))).toEqual(['call.number-revealed'])
  expect(actions(await list(world, cookie, 'subject=CALL-3&action=recording.played'))).toEqual(['recording.played'])
  expect((await list(world, cookie, 'actor=1001')).entries[1]).toMatchObject({ name: '1001的名字𠀀', isAllowed: true })

  const seen: (string | null)[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: AuditList = await list(world, cookie, `action=recording.played&limit=2&cursor=${cursor}`)
    seen.push(...page.entries.map(({ subject }) => subject))
    cursor = page.next
  }
  expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `CALL-${n}`))
  for (const query of ['action=no-such', 'cursor=x', 'from=yesterday', 'result=maybe']) {
    expect((await world.get(`/api/audit?${query}`, cookie)).statusCode).toBe(400)
  }
})

test('what was done to a person is told with the name, by id and by 工号', async () => {
  const world = await aWeb()
  const cookie = await anAuditor(world)
  const { id } = await world.agent('1001')
  const done = { at: Date.now(), actorId: null, actor: 'admin' }
  await audit(world.db, { ...done, action: 'person.locked', subject: String(id) })
  await audit(world.db, { ...done, action: 'agent.state-set', subject: '1001' })
  await audit(world.db, { ...done, action: 'dead-letter.replayed', subject: String(id) })
  const { entries } = await list(world, cookie, 'actor=admin')
  expect(entries.map(({ action, subjectName }) => [action, subjectName])).toEqual([
    ['dead-letter.replayed', null],
    ['agent.state-set', '1001的名字𠀀（1001）'],
    ['person.locked', '1001的名字𠀀（1001）'],
  ])
  expect((await world.get('/api/audit/export.csv?action=person.locked', cookie)).body).toContain('1001的名字𠀀（1001）')
})

test('an auditor sees that a number was asked for, not the number', async () => {
  const world = await aWeb()
  const cookie = await anAuditor(world)
  await world.person('boss', ['SUPERVISOR'])
  const boss = await world.logIn('boss')
  await world.get('/api/calls?caller=13912345678', boss)
  await world.get('/api/calls/export.csv?caller=13912345678', boss)
  const { body } = await world.get('/api/audit', cookie)
  expect(body).toContain('139****5678')
  expect(body).not.toContain('13912345678')
})

test('the audit leaves as a table, which is audited, and does not run after its own rows', async () => {
  const world = await aWeb()
  const cookie = await anAuditor(world)
  await world.post('/api/session', undefined, { username: '=1+1', password })
  const { body } = await world.get('/api/audit/export.csv', cookie)
  expect(body).toContain('"登录被拒绝","session.refused"')
  expect(body).toContain(`"'=1+1"`)
  expect(body.trimEnd().split('\r\n').length).toBe(3)
  expect((await list(world, cookie, 'action=audit.exported')).entries).toMatchObject([
    { actor: 'auditor', details: { rows: 2, isWhole: true } },
  ])
})

test('each question walks an index in the order of the page', async () => {
  const world = await aWeb()
  const statements: [string, unknown[]][] = []
  const { databaseUrl } = world.settings
  const database = openDatabase({ databaseUrl }, { onStatement: (...statement) => statements.push(statement) })
  onTestFinished(() => database.close())
  for (const [filter, index] of [
    [{}, 'audit_events_at'],
    [{ actor: '1001', action: 'session.opened' as const }, 'audit_events_actor_name'],
    [{ subject: 'X', actor: '1001' }, 'audit_events_subject'],
    [{ action: 'session.opened' as const, from: 1 }, 'audit_events_action'],
  ] as const) {
    await listAudit(database.db, filter, { cursor: '1795441200000.7', limit: 50 })
    const [text, params] = statements.pop() ?? ['', []]
    const [plan] = await database.pool.query(`EXPLAIN ${text}`, params)
    const [row] = plan as { key: string; Extra: string }[]
    expect(row?.key).toBe(index)
    expect(row?.Extra).not.toMatch(/filesort|temporary/)
  }
})
