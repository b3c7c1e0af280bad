import { desc } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import type { DirectoryKind } from '../../../src/directory/entry.ts'
import { syncDirectory } from '../../../src/directory/store.ts'
import { aWeb, type World } from '../web/world.ts'

const seed = (number: string, name: string, kind: DirectoryKind, hours = '24h', remark = '') => ({
  ...{ number, name, kind, hours, remark },
  isSample: true,
})
const emergency = seed('110', '公安报警', 'EMERGENCY')
const power = seed('95598', '供电公司', 'UTILITY')
const water = seed('03555552302', '自来水公司', 'UTILITY', 'workdays 08:30-12:00', '停水')

async function withDirectory() {
  const world = await aWeb()
  await syncDirectory(world.db, { directory: [emergency, power, water] }, Date.now())
  await world.person('admin', ['ADMIN'])
  await world.agent('1001')
  const [admin, agent] = [await world.logIn('admin'), await world.logIn('1001')]
  return { world, admin, agent }
}

const put = (world: World, id: number, cookie: string, payload: object) =>
  world.web.inject({ method: 'PUT', url: `/api/admin/directory/${id}`, headers: { cookie }, payload })
async function listed(world: World, cookie: string, q = '') {
  const answer = await world.get(`/api/directory?q=${encodeURIComponent(q)}`, cookie)
  expect(answer.statusCode).toBe(200)
  return answer.json().entries as { id: number; number: string; name: string; isOpen: boolean | null }[]
}
const numbers = async (world: World, cookie: string, q = '') =>
  (await listed(world, cookie, q)).map((row) => row.number)

test('an agent finds by pinyin, and is told whether somebody answers now', async () => {
  const { world, agent } = await withDirectory()
  expect(await numbers(world, agent)).toEqual(['110', '95598', '03555552302'])
  expect(await listed(world, agent, 'gdgs')).toMatchObject([{ number: '95598', name: '供电公司', isOpen: true }])
  const [found] = await listed(world, agent, '停水')
  expect(found).toMatchObject({ number: '03555552302', hoursInWords: '工作日 08:30–12:00' })
  expect(typeof found?.isOpen).toBe('boolean')
})

test('only administrators change it, and each change is in the audit', async () => {
  const { world, admin, agent } = await withDirectory()
  const gas = { number: '0355-5552303', name: '燃气公司', kind: 'UTILITY', hours: '全天', remark: '报修' }
  expect((await world.post('/api/admin/directory', agent, gas)).json().code).toBe('access.denied')
  const added = await world.post('/api/admin/directory', admin, gas)
  expect(added.statusCode).toBe(201)
  expect(added.json()).toMatchObject({ number: '03555552303', hours: '24h', hoursInWords: '全天', isOpen: true })
  expect((await world.post('/api/admin/directory', admin, gas)).json().code).toBe('directory.number-taken')

  const { id } = added.json()
  const { number: _, ...facts } = gas
  expect((await put(world, id, admin, { ...facts, name: '市燃气公司' })).json()).toMatchObject({ name: '市燃气公司' })
  expect((await world.delete(`/api/admin/directory/${id}`, admin)).statusCode).toBe(204)
  expect(await numbers(world, agent, '5552303')).toEqual([])
  expect((await put(world, id, admin, facts)).json().code).toBe('directory.not-found')
  // It comes back as the same row.
  expect((await world.post('/api/admin/directory', admin, gas)).json()).toMatchObject({ id })

  const actions = (await world.db.select().from(auditEvents).orderBy(desc(auditEvents.id))).map((row) => row.action)
  expect(actions).toEqual(
    expect.arrayContaining(['directory.added', 'directory.changed', 'directory.withdrawn', 'access.denied']),
  )
})

test('a number that is none, hours that cannot be read and emergency numbers are refused in words', async () => {
  const { world, admin } = await withDirectory()
  const good = { number: '10086', name: '移动', kind: 'UTILITY' }
  const refused = async (change: object) => {
    const answer = await world.post('/api/admin/directory', admin, { ...good, ...change })
    return [answer.statusCode, JSON.stringify(answer.json().faults)]
  }
  expect(await refused({ number: '供电局' })).toEqual([400, expect.stringContaining('号码无法识别')])
  expect(await refused({ hours: '上班时间' })).toEqual([400, expect.stringContaining('时间无法识别')])
  expect(await refused({ kind: 'EMERGENCY' })).toEqual([400, expect.stringContaining('config/directory.yaml')])
  const [police] = await listed(world, admin, '110')
  const facts = { name: '别的', kind: 'UTILITY' }
  expect((await put(world, police?.id ?? 0, admin, facts)).json().code).toBe('directory.emergency-fixed')
  expect((await world.delete(`/api/admin/directory/${police?.id}`, admin)).json().code).toBe(
    'directory.emergency-fixed',
  )
})

test('the file is followed until a person changes a row; what leaves the file leaves the directory', async () => {
  const { world, admin } = await withDirectory()
  const [row] = await listed(world, admin, '95598')
  await put(world, row?.id ?? 0, admin, { name: '国网供电', kind: 'UTILITY' })
  await syncDirectory(world.db, { directory: [emergency, { ...power, name: '改名' }] }, Date.now())
  expect(await listed(world, admin)).toMatchObject([{ number: '110' }, { number: '95598', name: '国网供电' }])
  // Taken out by a person it stays out, whatever the file says; an emergency number is the file's alone.
  await world.delete(`/api/admin/directory/${row?.id}`, admin)
  await syncDirectory(
    world.db,
    { directory: [emergency, power, water, { ...water, number: '119', kind: 'EMERGENCY' }] },
    Date.now(),
  )
  expect(await numbers(world, admin)).toEqual(['110', '119', '03555552302'])
})
