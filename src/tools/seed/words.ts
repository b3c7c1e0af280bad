import type { TicketType } from '../../tickets/life/ticket.ts'
import type { Random } from './random.ts'

/** What callers say, and the answers. Pure. */

type Some = readonly [string, ...string[]]

/** The subject of a text. */
export interface Subject {
  /** Of the matter, as in the category. */
  name: string
  /** Callers' words for it. */
  words: readonly string[]
  county: string
  place: string
  unit: string
}

const since: Some = [
  '已经三天了',
  '持续一周左右',
  '从上个月开始',
  '今天早上发现',
  '昨天晚上开始',
  '断断续续有半个月',
  '已经两个多月',
  '从去年到现在',
  '近期频繁发生',
  '每天早晚都是这样',
]
const effects: Some = [
  '影响附近居民正常生活',
  '老人和孩子出行很不方便',
  '存在安全隐患',
  '多次向有关单位反映没有结果',
  '家里有老人，实在等不起',
  '楼里二十多户都受影响',
  '雨天更严重',
  '夜间根本无法休息',
  '已经有人因此摔伤',
  '店铺没法正常营业',
  '跑了三趟都没有办成',
  '打电话一直没人接',
]
const contacts: Some = [
  '曾联系物业，物业说不归他们管',
  '村委会答复正在协调',
  '当时答应一周内处理，至今没有动静',
  '现场没有看到施工人员',
  '工作人员让等通知',
  '之前拨打过一次热线，回复不满意',
  '周围几个小区都有同样情况',
  '附近学校门口最为明显',
  '来电人愿意到现场指认',
  '有照片和视频可以提供',
]

const asks: Record<TicketType, Some> = {
  CONSULT: [
    '想了解办理条件和所需材料',
    '咨询相关政策规定和收费标准',
    '询问到哪里办理、什么时间上班',
    '想知道办理进度如何查询',
    '咨询能否网上办理、多久办结',
  ],
  HELP: [
    '希望尽快派人处理',
    '请求相关部门协调解决',
    '希望今天能够上门查看',
    '请求帮助联系负责人',
    '希望给出明确的解决时间',
  ],
  COMPLAINT: [
    '要求责任单位整改并道歉',
    '要求退还多收的费用',
    '希望严肃处理并书面答复',
    '要求说明原因并限期解决',
    '对处理结果不满，要求重新核实',
  ],
  REPORT: ['要求依法查处', '希望有关部门现场检查', '请求核实后依法处理并保密', '要求追究相关责任'],
  SUGGEST: ['建议统一规划、尽早改造', '建议增加设施并加强管理', '建议调整时间、方便群众', '建议公开标准，接受监督'],
  PRAISE: [
    '对工作人员的耐心服务表示感谢',
    '感谢工作人员雪中送炭',
    '希望对当班人员予以表扬',
    '问题当天就解决了，特来电致谢',
  ],
  OTHER: ['反映情况，供有关部门参考', '希望有关部门了解情况'],
}
const verbs: Record<TicketType, Some> = {
  CONSULT: ['来电咨询', '询问', '想问一下'],
  HELP: ['反映', '来电求助，称', '来电反映'],
  COMPLAINT: ['投诉', '来电投诉，称', '不满'],
  REPORT: ['举报', '反映并举报'],
  SUGGEST: ['建议关注', '就以下问题提出建议：'],
  PRAISE: ['来电表扬', '感谢'],
  OTHER: ['来电说明', '反映'],
}

/** What an agent types during a call: one to three sentences. */
export function contentOf(type: TicketType, { name, words, county, place }: Subject, random: Random): string {
  const word = words.length > 0 && random.chance(0.7) ? (words[random.below(words.length)] ?? name) : name
  const who = random.chance(0.8) ? '市民' : '来电人'
  if (type === 'CONSULT' || type === 'PRAISE') {
    const about = word === name ? name : `${name}（${word}）`
    return `${who}${random.pick(verbs[type])}${county}${about}的有关问题，${random.pick(asks[type])}。`
  }
  const more = random.chance(0.45) ? `${random.pick(contacts)}。` : ''
  return `${who}${random.pick(verbs[type])}${county}${place}${word}问题，${random.pick(since)}，${random.pick(effects)}。${more}${random.pick(asks[type])}。`
}

export function wishOf(type: TicketType, random: Random): string {
  return random.chance(0.35) ? random.pick(asks[type]) : ''
}

const directly: Some = [
  '已按知识库口径答复，来电人表示清楚',
  '已告知办理地点、时间和所需材料',
  '已告知政策依据和咨询电话，来电人表示感谢',
  '已说明办理流程，可在政务服务网或大厅窗口办理',
  '已解释收费标准及依据，来电人认可',
]
export const directAnswer = (random: Random): string => `${random.pick(directly)}。`

const done: Some = [
  '工作人员已到现场处理完毕',
  '经核实情况属实，已责令限期整改',
  '经协调，双方已达成一致',
  '已安排维修，当日恢复正常',
  '已列入本月改造计划',
  '经核实，该事项已依法办结',
  '已组织专项检查，并安排专人盯办',
]
const told: Some = [
  '已电话告知来电人，表示满意',
  '已与来电人联系并当面说明',
  '来电人对处理结果表示认可',
  '已向来电人解释，来电人表示理解',
]

export function replyOf(
  { name, county, place, unit }: Subject,
  random: Random,
): { publicReply: string; internalReply: string } {
  const result = random.pick(done)
  return {
    publicReply: `您好，您反映的${county}${place}${name}问题已收悉。${result}。感谢您对${unit}工作的支持。`,
    internalReply: `${unit}接单后到现场核实。${result}。${random.pick(told)}。`,
  }
}

const urging: Some = [
  '来电人再次来电，问题仍未解决，请尽快处理',
  '来电人催促办理进度',
  '来电人称至今无人联系，要求尽快答复',
  '情况加重，请优先办理',
]
export const urgeNote = (random: Random): string => `${random.pick(urging)}。`

const returning: Some = [
  '经核实，该事项按三定规定不属于本单位职责',
  '现场位于其他辖区，建议转属地办理',
  '该路段由其他单位管护，附管护清单',
]
export const returnNote = (random: Random): string => `${random.pick(returning)}。`
export const refusalOfReturn = '该事项按派单目录由你单位承办，请按时办理。'
export const extensionNote = '现场情况复杂，需协调多个单位，已向来电人说明。'
export const refusalOfExtension = '办理力量可以保证按期办结，请按期答复。'
export const handedOn = '请到现场核实办理，把结果报工作站。'

const redoing: Some = [
  '答复未说明处理结果，请补充',
  '来电人反映问题仍然存在，请重新核实',
  '未与来电人联系，请联系后再答复',
]
export const redoNote = (random: Random): string => `${random.pick(redoing)}。`
export const notWaitedFor = '协办单位未在期限内反馈，已先行答复来电人。'
export const contactNote = '已电话核实情况，说明了办理安排。'
export const handDispatch = '派单员指定：按职责由该单位承办'
export const voidNote = '来电人挂断后误点登记，没有诉求。'
