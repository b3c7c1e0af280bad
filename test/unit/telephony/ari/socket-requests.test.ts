import { describe, expect, it, vi } from 'vitest'
import { TimeLimit } from '../../../../src/telephony/ari/reply.ts'
import { SocketRequests } from '../../../../src/telephony/ari/socket-requests.ts'

function open() {
  const sent: Record<string, unknown>[] = []
  const requests = new SocketRequests((text) => sent.push(JSON.parse(text)))
  const answer = (id: unknown, status: number, text?: string) =>
    requests.take({ type: 'RESTResponse', request_id: id, status_code: status, message_body: text })
  return { requests, sent, answer }
}

describe('requests on the event socket', () => {
  it('get each its own answer, in whatever order the answers come', async () => {
    const { requests, sent, answer } = open()
    const first = requests.ask('POST', 'channels/a/answer', undefined, 1_000)
    const second = requests.ask('POST', 'channels/b', '{"variables":{}}', 1_000)
    expect(sent).toEqual([
      { type: 'RESTRequest', request_id: '1', method: 'POST', uri: 'channels/a/answer' },
      {
        type: 'RESTRequest',
        request_id: '2',
        method: 'POST',
        uri: 'channels/b',
        content_type: 'application/json',
        message_body: '{"variables":{}}',
      },
    ])
    expect(answer('2', 404, '{"message":"Channel not found"}')).toBe(true)
    expect(answer('1', 204)).toBe(true)
    expect(await first).toEqual({ status: 204, text: '' })
    expect(await second).toEqual({ status: 404, text: '{"message":"Channel not found"}' })
  })

  it('leave events to others', () => {
    expect(open().requests.take({ type: 'StasisStart', request_id: '1' })).toBe(false)
  })

  it('end at their time limit, and what is answered later changes nothing', async () => {
    vi.useFakeTimers()
    try {
      const { requests, answer } = open()
      const late = expect(requests.ask('DELETE', 'channels/a', undefined, 2_000)).rejects.toBeInstanceOf(TimeLimit)
      await vi.advanceTimersByTimeAsync(2_000)
      await late
      expect(answer('1', 204)).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })

  it('fail with the socket, those that wait and those that come after', async () => {
    const { requests } = open()
    const waiting = requests.ask('POST', 'channels/a/answer', undefined, 1_000)
    requests.end('socket closed')
    await expect(waiting).rejects.toThrow('socket closed')
    await expect(requests.ask('POST', 'channels/a/answer', undefined, 1_000)).rejects.toThrow('socket closed')
  })
})
