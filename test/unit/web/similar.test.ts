import { expect, test } from 'vitest'
import { mostAlike } from '../../../src/web/tickets/duplicates/similar.ts'

const ticket = (title: string, place = '') => ({ title, place })

test('two tickets that share nothing but a matter for everything else are not alike', () => {
  const parcel = ticket('想反映一件事，不知道归哪个部门：外地亲戚寄来的包裹被送到废弃的村委会院里')
  expect(mostAlike(parcel, [ticket('两区交界处一段路坑洼，两边都说不归自己管')])).toEqual([])
})

test('the same place and words come before the same words alone, and what is not alike is left out', () => {
  const lamp = ticket('小区门口路灯不亮', '英雄中路八一广场')
  const same = ticket('路灯坏了一排', '八一广场英雄中路口')
  const words = ticket('小区路灯不亮，晚上看不清', '太行东街')
  const far = ticket('路灯', '长兴路')
  const other = ticket('井盖缺失', '太行西街')
  expect(mostAlike(lamp, [other, words, far, same])).toEqual([same, far, words])
})

test('texts without letters are like nothing', () => {
  expect(mostAlike(ticket('。。。'), [ticket('！！'), ticket('')])).toEqual([])
})
