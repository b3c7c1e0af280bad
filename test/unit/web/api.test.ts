import { expect, test } from 'vitest'
import { problemOf } from '../../../src/platform/web/problem.ts'
import { refusal } from '../../../src/web/api.ts'
import { endReasonIn } from '../../../src/web/session/session.ts'

const id = '0b6d1c9e-5f1a-4c0e-9b55-3f0c4e8f9d11'

function answer(status: number, body: object | null): Response {
  const type = body === null ? 'text/html' : 'application/problem+json; charset=utf-8'
  const headers = { 'content-type': type, 'x-request-id': id }
  return new Response(body === null ? '<h1>500</h1>' : JSON.stringify(body), { status, headers })
}

test('a fault of the server is told with the number by which the administrator finds it in the log', async () => {
  const told = await refusal(answer(500, problemOf('internal', id)))
  expect(told.message).toContain('请把编号告诉系统管理员')
  expect(told.message).toContain('（编号 0b6d1c9e）')
  expect((await refusal(answer(500, null))).message).toContain('（编号 0b6d1c9e）')
})

test('a refusal that the person can mend carries no number', async () => {
  expect((await refusal(answer(404, problemOf('ticket.not-found', id)))).message).not.toContain('编号 0b')
})

test('why a log-in is over is read from the refusal, and an unknown reason is none', async () => {
  const reasonOf = async (reason: string) =>
    endReasonIn(await refusal(answer(401, problemOf('session.required', id, { reason }))))
  expect(await reasonOf('locked')).toBe('locked')
  expect(await reasonOf('moon')).toBeNull()
  expect(endReasonIn(new Error('x'))).toBeNull()
})
