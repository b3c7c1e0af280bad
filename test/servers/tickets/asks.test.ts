import { expect, it } from 'vitest'
import type { TicketCounts, TicketList } from '../../../src/tickets/api.ts'
import { anOffice } from './office.ts'

/** What waits for a dispatcher's decision, of whatever kind. */

const day = 86_400_000

it('lists every request by the deadline of its decision, and says what happens without one', async () => {
  const office = await anOffice()
  const asks = (query = '') => office.get<TicketList>('dispatcher', `/api/requests?${query}`)
  const act = async (name: string, number: string, action: string, more: object = {}) => {
    const { version } = await office.detail(name, number)
    const answer = await office.act(name, number, action, { version, ...more })
    expect(answer.statusCode, answer.body).toBe(200)
  }
  const aSigned = async () => {
    const number = await office.create()
    await act('dispatcher', number, 'dispatch', { lead: 'cgj', reason: '市管道路' })
    await act('cgj', number, 'sign')
    return number
  }
  const [promised, suspended, extended, returned] = [await aSigned(), await aSigned(), await aSigned(), await aSigned()]
  const milestones = [
    { title: '招标', at: Date.now() + 20 * day },
    { title: '完工', at: Date.now() + 60 * day },
  ]
  const plan = { reason: 'WORKS', leader: '局长王某', milestones, note: '须施工', tell: '须施工，请谅解' }
  await act('cgj', promised, 'promise', plan)
  await act('cgj', suspended, 'suspend', { reason: 'TESTING', until: Date.now() + 10 * day, note: '等检测' })
  await act('cgj', extended, 'extend', { amount: 2, note: '等材料' })
  await act('cgj', returned, 'return', { reason: 'U2', note: '三定', suggestedUnit: null })

  const { tickets } = await asks()
  expect(tickets.map(({ number, ask }) => [number, ask?.kind, ask?.otherwise])).toEqual([
    [returned, 'RETURN', 'WAIT'],
    [extended, 'EXTENSION', 'REFUSE'],
    [suspended, 'SUSPENSION', 'REFUSE'],
    [promised, 'PROMISE', 'WAIT'],
  ])
  const dues = tickets.map(({ nextDueAt }) => nextDueAt ?? 0)
  expect(dues).toEqual(dues.toSorted((one, other) => one - other))
  expect(dues[0]).toBeGreaterThan(Date.now())

  const first = await asks('limit=3')
  const rest = await asks(`limit=3&cursor=${first.next}`)
  expect([...first.tickets, ...rest.tickets].map(({ number }) => number)).toEqual(tickets.map(({ number }) => number))
  expect(rest.next).toBeNull()
  expect((await asks('kind=PROMISE')).tickets.map(({ number }) => number)).toEqual([promised])
  expect((await office.ask('dispatcher', '/api/requests?kind=X')).statusCode).toBe(400)
  expect((await office.ask('dispatcher', '/api/requests?cursor=x')).statusCode).toBe(400)
  // A unit has its own requests at its tickets.
  expect((await office.ask('cgj', '/api/requests')).statusCode).toBe(403)
  const counts = (name: string) => office.get<TicketCounts>(name, '/api/tickets/counts')
  expect(await counts('dispatcher')).toMatchObject({ asked: 4, returned: 1 })
  expect(await counts('cgj')).toMatchObject({ asked: 4, returned: 1 })
  expect(await counts('rsj')).toMatchObject({ asked: 0, returned: 0 })

  await act('dispatcher', promised, 'grant-promise')
  await act('dispatcher', extended, 'refuse-extension', { note: '无须延期' })
  expect((await asks()).tickets.map(({ number }) => number)).toEqual([returned, suspended])
  expect(await office.detail('cgj', promised)).toMatchObject({
    requests: [{ kind: 'PROMISE', decision: 'GRANTED', otherwise: null, details: { milestones } }],
    tellings: [{ words: expect.stringContaining('招标'), toldAt: null }],
  })
  expect((await office.detail('cgj', suspended)).requests).toMatchObject([{ otherwise: 'REFUSE', decision: null }])
})
