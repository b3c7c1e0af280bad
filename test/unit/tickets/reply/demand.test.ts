import { expect, it } from 'vitest'
import { requireSite } from '../../../../src/site/load.ts'
import { blockingIn, checkReply } from '../../../../src/tickets/reply/check.ts'
import { type Demanded, demandOf } from '../../../../src/tickets/reply/demand.ts'

const { replyCheck: words } = requireSite('config')
const ticket = { title: '路灯不亮', content: '英雄路路灯不亮', wish: '' }
const reply = {
  publicReply: '您好，英雄路路灯线路老化，须整体更换，将于2027年3月1日前完成。感谢您的反映。',
  internalReply: '经现场查看，路灯线路老化，已列入改造计划',
}
const stopped = (requests: Demanded['requests']) =>
  blockingIn(checkReply(reply, demandOf({ ...ticket, requests }), words)).map(({ code }) => code)

it('lets an answer name a date where a promise with a plan was granted, and nowhere else', () => {
  expect(stopped([])).toContain('C2')
  expect(stopped([{ kind: 'PROMISE', decision: 'REFUSED' }])).toContain('C2')
  expect(stopped([{ kind: 'EXTENSION', decision: 'GRANTED' }])).toContain('C2')
  expect(stopped([{ kind: 'PROMISE', decision: 'GRANTED' }])).not.toContain('C2')
})
