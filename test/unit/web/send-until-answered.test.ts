import { expect, test } from 'vitest'
import { ApiError } from '../../../src/web/api.ts'
import { sendUntilAnswered } from '../../../src/web/tickets/steps/sendUntilAnswered.ts'

const lost = () => new ApiError(0, 'server.away', '服务器没有回应，请检查网络后重试。')
const away = () => new ApiError(503, 'database.away', '数据库暂时不可用。', { retryAfterS: 5 })

/** Answers one after another; the last one again and again. */
function aServer(...answers: (Error | null)[]) {
  let times = 0
  const send = async () => {
    const answer = answers[Math.min(times, answers.length - 1)] ?? null
    times += 1
    if (answer) throw answer
  }
  return { send, times: () => times }
}
const always = () => true

test('a closing whose answer was lost is sent again until it is answered', async () => {
  const server = aServer(lost(), away(), null)
  expect(await sendUntilAnswered(server.send, always, [0, 0])).toBeNull()
  expect(server.times()).toBe(3)
})

test('a closing that nobody answers is not said to be undone', async () => {
  const server = aServer(away())
  expect(await sendUntilAnswered(server.send, always, [0, 0])).toEqual({ words: '数据库暂时不可用。', isUnsure: true })
  expect(server.times()).toBe(3)
})

test('a refusal is an answer', async () => {
  const server = aServer(lost(), new ApiError(409, 'ticket.changed', '工单已有变动。'))
  expect(await sendUntilAnswered(server.send, always, [0, 0])).toEqual({ words: '工单已有变动。', isUnsure: false })
  expect(server.times()).toBe(2)
})

test('nothing goes out under the next person’s name', async () => {
  const first = aServer(null)
  const gone = await sendUntilAnswered(first.send, () => false, [0])
  expect(gone).toEqual({ words: '登录已失效，没有发出。', isUnsure: false })
  expect(first.times()).toBe(0)

  const again = aServer(lost())
  let isHere = true
  const sent = sendUntilAnswered(again.send, () => isHere, [1, 1])
  isHere = false
  expect(await sent).toMatchObject({ isUnsure: true })
  expect(again.times()).toBe(1)
})
