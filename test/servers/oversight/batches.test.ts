import { createHash } from 'node:crypto'
import { eq, inArray } from 'drizzle-orm'
import ExcelJS from 'exceljs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { dayOf, wallTimeOf } from '../../../src/calendar/days.ts'
import type { BatchDetail, BatchList } from '../../../src/oversight/batches/api.ts'
import { askCut, cut } from '../../../src/oversight/batches/cut.ts'
import { digestOver } from '../../../src/oversight/batches/files.ts'
import { importReceipts } from '../../../src/oversight/batches/receipts.ts'
import { strikeSettled } from '../../../src/oversight/batches/reconcile.ts'
import { oversightBatches, oversightItems } from '../../../src/oversight/batches/schema.ts'
import { oversightCases, oversightCaseTickets } from '../../../src/oversight/cases/schema.ts'
import { oversightAlerts } from '../../../src/oversight/triggers/schema.ts'
import { newId } from '../../../src/platform/database/ids.ts'
import { tickets } from '../../../src/tickets/records/schema.ts'
import { unit } from '../tickets/world.ts'
import { anOversight } from './world.ts'

type World = Awaited<ReturnType<typeof anOversight>>
const day = 86_400_000

const list = (world: World) => world.get<BatchList>('overseer', '/api/oversight/batches')
const detail = (world: World, number: string, query = '') =>
  world.get<BatchDetail>('overseer', `/api/oversight/batches/${number}${query}`)
const receive = (world: World, number: string, ...receipts: object[]) =>
  world.send('overseer', `/api/oversight/batches/${number}/receipts`, { receipts })
const ask = (world: World, key: string) => world.send('overseer', '/api/oversight/batches', { key })

test('everything overdue and open goes to the office of its level, in files that never change', async () => {
  const world = await anOversight()
  const [one, two] = [await world.overdue('cgj', world.clock.now - 2 * day), await world.overdue('rsj')]
  const county = await world.overdue('lzq')
  const early = await world.overdue('cgj', world.clock.now + day)
  const closed = await world.overdue('cgj')
  await world.db.update(tickets).set({ state: 'CLOSED' }).where(eq(tickets.number, closed))
  expect(world.code(await world.send('cgj', '/api/oversight/batches', { key: 'by-a-unit' }))).toBe('access.denied')
  // The same request twice is one cut.
  for (let n = 0; n < 2; n += 1) expect((await ask(world, 'first-one')).statusCode).toBe(202)
  await Promise.all([world.duties.look(), world.open().look()])

  const { batches } = await list(world)
  const asked = batches.filter(({ occasion }) => occasion === 'ON_DEMAND')
  const year = wallTimeOf(world.clock.now).slice(0, 4)
  expect(asked.map(({ office, copyTo, items }) => ({ office, copyTo, items }))).toEqual([
    { office: '潞州区政府督查室', copyTo: '长治市政府督查室', items: 1 },
    { office: '长治市政府督查室', copyTo: null, items: 2 },
  ])
  expect(new Set(batches.map(({ number }) => number)).size).toBe(batches.length)
  const numbers = batches.map(({ number }) => Number(number.slice(5))).toSorted((a, b) => a - b)
  expect(numbers).toEqual(numbers.map((_, n) => n + 1))

  const [ofCounty, ofCity] = asked.map(({ number }) => number)
  const city = await detail(world, ofCity ?? '')
  expect(city.documentNumber).toBe(`长热移〔${year}〕${Number(ofCity?.slice(5))}号`)
  expect(city.list.map(({ ticket }) => ticket)).toEqual([one, two])
  expect((await detail(world, ofCounty ?? '')).list).toMatchObject([
    { ticket: county, place: '潞州区', step: 'LISTED' },
  ])

  const json = await world.ask('overseer', `/api/oversight/batches/${ofCity}/file?format=json`)
  const xlsx = await world.ask('overseer', `/api/oversight/batches/${ofCity}/file?format=xlsx`)
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  expect(city.files).toMatchObject({
    json: { sha256: digest(json.rawPayload), bytes: json.rawPayload.length },
    xlsx: { sha256: digest(xlsx.rawPayload), bytes: xlsx.rawPayload.length },
    sha256: digestOver(digest(json.rawPayload), digest(xlsx.rawPayload)),
  })
  const read = json.json()
  expect(read.batch).toMatchObject({ number: ofCity, to: '长治市政府督查室', copyTo: null, items: 2 })
  expect(read.items.map(({ ticket }: { ticket: string }) => ticket)).toEqual([one, two])
  expect(read.items[0]).toMatchObject({ line: 1, unit: '市cgj', county: '潞州区', lastStep: 'sign', callers: 1 })
  // Nothing of the caller, nor of what was written.
  for (const private_ of ['张三丰', '13912345678', '英雄路', '路灯不亮']) expect(json.body).not.toContain(private_)
  const book = new ExcelJS.Workbook()
  await book.xlsx.load(xlsx.rawPayload.buffer as ArrayBuffer)
  const sheet = book.getWorksheet('清单')
  expect([sheet?.rowCount, sheet?.getRow(2).getCell(2).value, sheet?.getRow(3).getCell(2).value]).toEqual([3, one, two])
  expect(book.getWorksheet('封面')?.getRow(1).getCell(2).value).toBe(city.documentNumber)
  expect(early).not.toBe(one)
  const cover = await world.ask('overseer', `/api/oversight/batches/${ofCity}/cover`)
  expect([cover.statusCode, cover.headers['content-type']]).toEqual([200, 'application/pdf'])
  const again = await world.ask('overseer', `/api/oversight/batches/${ofCity}/cover`)
  expect(digest(again.rawPayload)).toBe(digest(cover.rawPayload))

  const actions = (await world.db.select().from(auditEvents)).map(({ action }) => action)
  expect(actions).toEqual(expect.arrayContaining(['batch.asked', 'batch.file-read']))
})

test('receipts are read whole or not at all, once each, in any order; what was settled meanwhile is struck', async () => {
  const world = await anOversight()
  const [one, two, three] = [await world.overdue(), await world.overdue('rsj'), await world.overdue()]
  await ask(world, 'for-receipts')
  await world.duties.look()
  const number = (await list(world)).batches.find(({ items }) => items === 3)?.number ?? ''
  expect((await list(world)).batches.find((batch) => batch.number === number)).toMatchObject({
    ...{ receipt: 'PENDING', isReceiptLate: false, counts: { open: 3, struck: 0, steps: { LISTED: 3 } } },
  })

  const wrong = await receive(world, number, { kind: 'RECEIVED' }, { kind: 'CASE_OPENED', ticket: one })
  expect(world.code(wrong)).toBe('batch.receipt-faults')
  expect(wrong.json().faults).toEqual([{ path: 'body.receipts.1', message: `第 2 条（${one}）：请填写 13710 编号。` }])
  expect((await detail(world, number)).receipt).toBe('PENDING')

  const cleared = { kind: 'CLEARED', ticket: one }
  const opened = { kind: 'CASE_OPENED', ticket: one, caseNumber: '13710-140400-0001' }
  expect((await receive(world, number, cleared)).json()).toEqual({ added: 1, known: 0 })
  // Sent again, and overtaken by what came before it.
  expect((await receive(world, number, cleared, opened, { kind: 'NOTED', ticket: two })).json()).toEqual({
    ...{ added: 2, known: 1 },
  })
  const other = { ...opened, caseNumber: '13710-140400-0002' }
  expect((await receive(world, number, other)).json().faults[0].message).toContain('已有另一个 13710 编号')
  expect(world.code(await receive(world, number, { kind: 'REJECTED', text: '材料不全' }))).toBe('batch.receipt-faults')
  expect(
    (await receive(world, number, { kind: 'NOTED', ticket: 'CZ20200101000001' })).json().faults[0].message,
  ).toContain('没有这张工单')
  const read = await detail(world, number)
  expect(read).toMatchObject({ receipt: 'RECEIVED', counts: { open: 2, steps: { CLEARED: 1, NOTED: 1, LISTED: 1 } } })
  expect(read.list).toMatchObject([
    { ticket: one, step: 'CLEARED', caseNumber: '13710-140400-0001' },
    { ticket: two, step: 'NOTED' },
    { ticket: three, step: 'LISTED' },
  ])
  expect(read.receipts).toMatchObject([{ kind: 'NOTED' }, { kind: 'CASE_OPENED' }, { kind: 'CLEARED', ticket: one }])
  expect((await detail(world, number, '?shown=OPEN')).list.map(({ line }) => line)).toEqual([2, 3])

  await world.db.update(tickets).set({ state: 'CLOSED', closedAt: world.clock.now }).where(eq(tickets.number, three))
  world.clock.now += day
  await world.duties.look()
  const after = await detail(world, number)
  expect(after.reconciledAt).not.toBeNull()
  expect(after.items).toBe(3)
  expect(after.counts).toMatchObject({ open: 1, struck: 1 })
  expect(after.list[2]).toMatchObject({ ticket: three, struckWhy: expect.stringContaining('已办结') })
  // The file says what was sent.
  expect((await world.ask('overseer', `/api/oversight/batches/${number}/file?format=json`)).json().items).toHaveLength(
    3,
  )
})

test('whatever happens in whatever order, a cut has each overdue ticket once, and no number is missing', async () => {
  const world = await anOversight()
  const { db, clock } = world
  const numbers = [...(await Promise.all(['cgj', 'cgj', 'rsj', 'lzq'].map((lead) => world.overdue(lead))))]
  const late = { state: 'SIGNED' as const, handleDueAt: clock.now - 1, nextDueAt: clock.now - 1 }
  const ways = {
    late,
    extended: { ...late, handleDueAt: clock.now + day, nextDueAt: clock.now + day },
    paused: { ...late, handleDueAt: null, nextDueAt: null },
    contactLate: { ...late, handleDueAt: clock.now + day },
    closed: { state: 'CLOSED' as const, handleDueAt: null, nextDueAt: null },
  }
  let cuts = 0
  const ticket = fc.integer({ min: 0, max: numbers.length - 1 })
  const happening = fc.oneof(
    fc.record({ what: fc.constantFrom(...(Object.keys(ways) as (keyof typeof ways)[])), ticket }),
    fc.record({ what: fc.constantFrom('cut' as const, 'killed' as const, 'three at once' as const), ticket }),
  )
  const killed = Object.assign(Object.create(db), {
    transaction: (work: Parameters<typeof db.transaction>[0]) =>
      db.transaction(async (tx) => {
        await work(tx)
        throw new Error('killed')
      }),
  })
  const story = fc.asyncProperty(fc.array(happening, { minLength: 4, maxLength: 14 }), async (happenings) => {
    const right = new Map<string, Set<string>>()
    await db.update(tickets).set(late).where(inArray(tickets.number, numbers))
    const overdue = new Set(numbers)
    for (const { what, ticket: at } of happenings) {
      const number = numbers[at] ?? ''
      if (what === 'cut' || what === 'killed' || what === 'three at once') {
        cuts += 1
        const id = await askCut(db, { key: `property:${cuts}`, occasion: 'ON_DEMAND', byId: null }, clock.now + cuts)
        right.set(id, new Set(overdue))
        if (what === 'killed') await expect(cut(killed, id, '长治', clock.now)).rejects.toThrow('killed')
        await Promise.all(Array.from({ length: what === 'cut' ? 1 : 3 }, () => cut(db, id, '长治', clock.now)))
        continue
      }
      await db.update(tickets).set(ways[what]).where(eq(tickets.number, number))
      if (what === 'late') overdue.add(number)
      else overdue.delete(number)
    }
    for (const [id, tickets_] of right) {
      const items = await db.select().from(oversightItems).where(eq(oversightItems.cutId, id))
      expect(items.map(({ ticketNumber }) => ticketNumber).toSorted()).toEqual([...tickets_].toSorted())
      for (const recipient of new Set(items.map((item) => item.recipient))) {
        const lines = items.filter((item) => item.recipient === recipient).map(({ line }) => line)
        expect(lines.toSorted((a, b) => a - b)).toEqual(lines.map((_, n) => n + 1))
      }
    }
  })
  await fc.assert(story, { numRuns: 5, endOnFailure: true })
  const all = (await db.select().from(oversightBatches)).map(({ number }) => Number(number.slice(5)))
  expect(all.toSorted((a, b) => a - b)).toEqual(all.map((_, n) => n + 1))
})

test('an answer that is owed brings an extra batch the same day, once, and items name their papers', async () => {
  const world = await anOversight()
  const ticket = await world.overdue()
  const { db, clock } = world
  const number = '长热督〔2026〕0003号'
  const paper = { id: newId(clock.now), kind: 'ORDER' as const, state: 'SENT' as const, version: 2, number }
  const texts = { subject: '路灯', level: 'L2' as const, unitCode: unit('cgj'), texts: {}, reports: [] }
  await db.insert(oversightCases).values({ ...paper, ...texts, draftedAt: clock.now })
  await db.insert(oversightCaseTickets).values({ caseId: paper.id, ticketNumber: ticket })
  // A 催办单, and the citizen who asks again: urged by the hotline once.
  const urge = { ...paper, ...texts, id: newId(clock.now), kind: 'URGE' as const, number: `${ticket}-1` }
  await db.insert(oversightCases).values({ ...urge, draftedAt: clock.now })
  await db.insert(oversightCaseTickets).values({ caseId: urge.id, ticketNumber: ticket })
  await db.update(tickets).set({ urgeCount: 5 }).where(eq(tickets.number, ticket))
  const extra = async () =>
    (await list(world)).batches.filter(({ occasion }) => occasion === 'UNANSWERED').map((batch) => batch.number)
  await world.duties.look()
  expect(await extra()).toEqual([])
  await db.insert(oversightAlerts).values({
    ...{ id: newId(clock.now), trigger: 'T05', subject: number, level: 'L3', day: dayOf(clock.now), slot: 1 },
    ...{ since: clock.now, raisedAt: clock.now, rulesVersion: 1 },
  })
  for (let n = 0; n < 2; n += 1) await world.duties.look()
  const [found, ...more] = await extra()
  expect(more).toEqual([])
  const file = await world.ask('overseer', `/api/oversight/batches/${found}/file?format=json`)
  expect(file.json().items).toMatchObject([{ ticket, papers: expect.stringContaining(number), urges: 1 }])
})

test('a ticket that is settled while its receipt is read is struck once', async () => {
  const world = await anOversight()
  const ticket = await world.overdue()
  await ask(world, 'settled-meanwhile')
  await world.duties.look()
  const number = (await list(world)).batches.find(({ items }) => items > 0)?.number ?? ''
  await world.db.update(tickets).set({ state: 'CLOSED' }).where(eq(tickets.number, ticket))
  const struck: string[] = []
  const strike = () =>
    strikeSettled(world.db, world.clock.now, async (_, some) => {
      struck.push(...some.map(({ batchNumber }) => batchNumber))
    })
  let striking: Promise<number> = Promise.resolve(0)
  const receipt = { id: null, ticket, kind: 'NOTED' as const, caseNumber: null, text: null, at: world.clock.now }
  await world.db.transaction((tx) =>
    importReceipts(tx, number, [receipt], null, world.clock.now, async () => {
      striking = strike()
      await Promise.race([striking, new Promise((done) => setTimeout(done, 500))])
      return null
    }),
  )
  await striking
  await strike()
  // On a Monday a weekly batch has it, too.
  expect(struck.filter((one) => one === number)).toEqual([number])
  expect((await detail(world, number)).list).toMatchObject([{ ticket, step: 'NOTED', struckAt: world.clock.now }])
})
