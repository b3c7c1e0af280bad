import { like } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { actOnFollowUp } from '../../../src/followup/store.ts'
import { attachments } from '../../../src/tickets/records/schema.ts'
import { aFollowedOffice, bad, caller, content } from './world.ts'

/** The link that a citizen is sent: one matter, three questions, one answer. */

const hour = 3_600_000
const day = 24 * hour
const codeOf = (answer: { json(): unknown }) => (answer.json() as { code?: string }).code
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

test('a closed matter is asked about by a message; the link shows the matter and no names, and is used up by the answer', async () => {
  const office = await aFollowedOffice()
  const number = await office.closed({ caller: caller(1) })
  await office.turn()
  await office.turn()
  expect(await office.inbox()).toEqual([
    expect.stringMatching(
      new RegExp(
        `^【长治12345】您反映的事项已办结（工单${number}，cgj办理），请您评价：http://127.0.0.1:12345/rate#[\\w-]{22} 14天内有效，一事只评一次。$`,
      ),
    ),
  ])
  const token = await office.lastToken()
  const opened = await office.openLink(token)
  expect(opened.json()).toMatchObject({
    ...{ number, category: '路灯照明', unit: '市cgj', publicReply: '路灯已修复，亮灯正常', isFinal: false },
  })
  for (const secret of ['李1', '10000001', '英雄路', '路灯不亮']) expect(opened.body).not.toContain(secret)
  const photo = (payload: Buffer, name = '现场.png') =>
    office.web.inject({
      ...{ method: 'POST', url: `/api/public/ratings/${token}/photos?${new URLSearchParams({ name })}`, payload },
      headers: { 'content-type': 'application/octet-stream' },
    })
  expect((await photo(png)).statusCode).toBe(201)
  expect(codeOf(await photo(Buffer.from('%PDF-1.4 x'), '文件.pdf'))).toBe('attachment.type-refused')
  expect(codeOf(await office.rate(token, { ...content, satisfied: 'VERY_DISSATISFIED' }))).toBe('request.invalid')
  expect(codeOf(await office.rate(token, { satisfied: 'SATISFIED' }))).toBe('request.invalid')
  const given = await Promise.all([1, 2, 3].map(() => office.rate(token, content)))
  expect(given.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 409, 409])
  expect(await office.taskOf(number)).toMatchObject({
    ...{ state: 'DONE', outcome: 'SATISFIED', answeredBy: 'LINK', nextMeans: null, contacted: 'YES' },
  })
  expect(codeOf(await office.openLink(token))).toBe('follow-up.rated')
  expect(codeOf(await photo(png))).toBe('follow-up.rated')
  const files = await office.db.select().from(attachments)
  expect(files.map(({ kind, uploadedBy }) => ({ kind, uploadedBy }))).toEqual([{ kind: 'CITIZEN', uploadedBy: null }])
  const audited = await office.db.select().from(auditEvents).where(like(auditEvents.action, 'rating.%'))
  expect([...new Set(audited.map(({ action }) => action))].toSorted()).toEqual([
    ...['rating.given', 'rating.opened', 'rating.photo-added', 'rating.refused'],
  ])
})

test('a wrong link says nothing, and who tries many is stopped', async () => {
  const office = await aFollowedOffice()
  const wrong = 'A'.repeat(22)
  expect(codeOf(await office.openLink(wrong))).toBe('follow-up.link-over')
  const codes: (string | undefined)[] = []
  for (let n = 0; n < 25; n += 1) codes.push(codeOf(await office.openLink(wrong)))
  expect(codes.at(-1)).toBe('request.too-many')
})

test('nothing is sent at night; who was not reached gets the link once more, and may still answer for 14 days', async () => {
  const office = await aFollowedOffice()
  const night = await office.closed({ caller: caller(1) })
  await office.later(13 * hour)
  await office.turn()
  expect(await office.inbox()).toEqual([])
  await office.later(9 * hour + 30 * 60_000)
  await office.turn()
  expect(await office.inbox()).toHaveLength(1)
  const { id } = await office.taskOf(night)
  // 8:30 the next morning, then the days after it: by keys, by an agent, by an agent.
  await office.later(25 * hour)
  for (const [means, wait] of [
    ['KEYPAD', 24 * hour],
    ['AGENT', 5 * hour],
    ['AGENT', 0],
  ] as const) {
    await actOnFollowUp(office.parts, id, { kind: 'begin', means, by: null, others: [] })
    await actOnFollowUp(office.parts, id, { kind: 'end', result: 'NO_ANSWER' })
    await office.later(wait)
  }
  await office.turn()
  await office.turn()
  expect(await office.inbox()).toHaveLength(2)
  expect(await office.taskOf(night)).toMatchObject({ state: 'DONE', outcome: 'NOT_REACHED' })
  const token = await office.lastToken()
  await office.later(13 * day)
  expect((await office.rate(token, bad)).json()).toEqual({ isReviewed: true })
  const late = await office.taskOf(night)
  expect(late).toMatchObject({ state: 'REVIEW', isLate: true, outcome: null, reason: 'R1' })
  expect(late.reviewDueAt).toBeGreaterThan(office.now())
  expect(await office.todo('dispatcher', 'REVIEW')).toEqual([night])
})
