import { describe, expect, it } from 'vitest'
import { loadSite } from '../../../../src/site/load.ts'
import { blockingIn, checkReply, markOf, type ReplyFaultCode } from '../../../../src/tickets/reply/check.ts'

const { site, faults } = loadSite('config')
if (!site) throw new Error(JSON.stringify(faults))
const words = site.replyCheck

const demand = {
  title: '小区路灯不亮',
  text: '来电人反映某小区门口的路灯坏了一周，晚上出行不便，希望修好。',
  hasPromise: false,
}
const good =
  '您好，您反映的小区门口路灯不亮的问题，我局于3月5日到现场查看，更换了灯泡，路灯已恢复照明。感谢您对我们工作的支持。'
const internal = '3月4日接单，3月5日到场更换灯泡2只，来电人表示满意。'

const codesOf = (publicReply: string, internalReply = internal, about = demand): ReplyFaultCode[] =>
  checkReply({ publicReply, internalReply }, about, words).map(({ code }) => code)
const with_ = (sentence: string) => good.replace('感谢', `${sentence}感谢`)

describe('the check of an answer', () => {
  it('has nothing to say of a good one', () => {
    expect(codesOf(good)).toEqual([])
    expect(markOf([])).toBe(100)
  })

  it('says nothing before a word is typed', () => {
    expect(codesOf(' \n', '')).toEqual([])
  })

  it.each<[ReplyFaultCode, string]>([
    ['C1', with_('我局保证解决此问题。')],
    ['C2', with_('其余路灯将于4月10日前全部更换。')],
    ['C2', with_('预计５个工作日内完成检修。')],
    ['C2', with_('力争年底完成改造。')],
    ['C2', with_('其余路灯4月底前完成更换。')],
    ['C3', with_('今后１００％不再发生。')],
    ['C4', with_('维修人员电话139 1234 5678。')],
    ['C4', with_('我们到3号楼2单元501室见到了您。')],
    ['C4', with_('您的身份证140402199001011234已登记。')],
    ['C5', with_('其他路灯不归我们管。')],
    ['C6', '您好，您的来电已于3月5日收到，我单位高度重视，已安排专人跟进办理。感谢您的支持。'],
    ['C8', good.replace('您好，', '')],
    ['C8', good.replace('感谢您对我们工作的支持。', '')],
    ['C9', with_('依据《某某市路灯养护若干规定》办理。')],
    ['C12', '您好，您反映的小区门口路灯不亮的问题于3月5日已解决。感谢您的支持。'],
    ['C14', with_('我们会同城管局一并巡查。')],
  ])('finds %s in “%s”', (code, reply) => {
    expect(codesOf(reply, code === 'C12' || code === 'C6' ? '3月5日到场。' : internal)).toEqual([code])
  })

  it.each([
    ['a promise that is denied', '因涉及产权，我局不能保证解决全部问题。'],
    ['a date that is past', '我局已于3月5日将情况告知物业。'],
    ['a date that is past, in one clause with 将', '我局3月5日已将灯泡全部更换。'],
    ['a law that the list has, by its short name', '依据《物业管理条例》《民法典》，公共部位由物业维护。'],
    ['the landline of an office', '咨询电话0355-5550123。'],
    ['a house without a door', '已更换3号楼门口的灯泡。'],
    ['a proper name with the other one in it', '我们会同长治市城市管理局巡查。'],
  ])('lets %s pass', (_, sentence) => {
    expect(codesOf(with_(sentence))).toEqual([])
  })

  it('lets a date stand where a promise with a plan is under way', () => {
    expect(codesOf(with_('其余路灯将于4月10日前更换。'), internal, { ...demand, hasPromise: true })).toEqual([])
  })

  it('finds that a danger is answered without a word of safety', () => {
    const pit = { ...demand, title: '路面塌陷', text: '小区门口路面塌陷，路灯杆也歪了。' }
    expect(codesOf(good, internal, pit)).toEqual(['C7'])
    expect(codesOf(with_('现场已设置围挡。'), internal, pit)).toEqual([])
  })

  it('finds a contact that contradicts itself, also between the two texts', () => {
    expect(codesOf(good, `${internal}多次拨打联系不上，已电话联系来电人。`)).toEqual(['C10'])
  })

  it('finds that no time is named in either text', () => {
    const timeless = good.replace('于3月5日', '')
    expect(codesOf(timeless, '已到场更换灯泡，来电人表示满意。')).toEqual(['C11'])
    expect(codesOf(timeless)).toEqual([])
  })

  it('asks for something that lasts where the demand is about what happens again and again', () => {
    const again = { ...demand, text: '小区门口的路灯经常不亮，多次报修。' }
    expect(codesOf(good, internal, again)).toEqual(['C13'])
    expect(codesOf(with_('今后我们将定期巡查。'), internal, again)).toEqual([])
  })

  it('stops an answer for what is high, and marks it', () => {
    const reply = { publicReply: with_('保证解决，绝不会再坏，电话13912345678。'), internalReply: internal }
    const found = checkReply(reply, demand, words)
    expect(found.map(({ code }) => code)).toEqual(['C1', 'C3', 'C4'])
    expect(found.find(({ code }) => code === 'C4')?.found).toEqual(['13912345678'])
    expect(blockingIn(found).map(({ code }) => code)).toEqual(['C1', 'C4'])
    expect(markOf(found)).toBe(65)
    expect(markOf([...found, ...found, ...found, ...found])).toBe(0)
  })

  it.each([
    '我局将会预计计划于将会'.repeat(450),
    `${'1'.repeat(4_990)}单元`,
    `${'㊿'.repeat(4_990)}单元`,
    '1号楼'.repeat(1_600),
  ])('looks at a long answer as it does at any other: %.12s…', (long) => {
    expect(codesOf(long).length).toBeGreaterThan(0)
  })
})
