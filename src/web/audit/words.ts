import type { CallActionName } from '../../calls/acting/api.ts'
import { directoryKindTitles } from '../../directory/entry.ts'
import { agentStateTitles } from '../../floor/agents/agent.ts'
import { type EndReason, type Right, roleTitles } from '../../people/person.ts'
import { problems } from '../../platform/web/problem.ts'
import { callbackTabs } from '../callbacks/words.ts'
import { inquiryTitles, outcomeTitles } from '../calls/words.ts'
import { channelTitles, lampTitles, stateTitles, typeTitles, urgencyTitles } from '../tickets/words.ts'

/** Chinese words for the details of an audit entry. Pure. A word that is missing is shown as it is. */

/** Names of the fields in `details`. */
export const detailTitles: Record<string, string> = {
  reason: '理由',
  why: '原因',
  right: '所需权限',
  method: '方法',
  route: '地址',
  filter: '条件',
  rows: '行数',
  isWhole: '完整',
  what: '内容',
  username: '用户名',
  name: '姓名',
  roles: '角色',
  role: '角色',
  unitCode: '单位',
  agentNumber: '工号',
  skills: '技能组',
  before: '更改前',
  after: '更改后',
  from: '从',
  to: '到',
  state: '状态',
  breakReason: '小休原因',
  takes: '生效',
  expiresAt: '有效至',
  queue: '队列',
  actor: '用户名',
  subject: '对象',
  action: '操作',
  result: '结果',
  line: '号码线路',
  caller: '来电号码',
  outcome: '通话结果',
  agent: '话务员',
  status: '状态',
  lamp: '亮灯',
  type: '类型',
  urgency: '紧急程度',
  channel: '渠道',
  category: '事项',
  county: '县区',
  unit: '承办单位',
  part: '承办方式',
  search: '搜索',
  sort: '排序',
  shown: '显示',
  records: '已查看',
  bound: '限度',
  day: '日期',
  calls: '通话',
  call: '通话',
  callId: '通话',
  tickets: '工单',
  isActive: '启用',
  mode: '方式',
  refused: '被拒绝',
  isMuted: '静音',
  isOnHold: '保持',
  count: '按键个数',
  kind: '类别',
  number: '号码',
  hours: '接听时间',
  remark: '备注',
  entry: '条目',
  added: '新增',
  changed: '修改',
}

/** Of no use to a reader: cursors of lists, requests that a page makes by itself, ids of machines. */
export const leftOut: Record<string, (value: unknown) => boolean> = {
  cursor: () => true,
  limit: () => true,
  id: () => true,
  party: () => true,
  topic: () => true,
  part: (value) => value === 'any',
  sort: (value) => value === 'newest',
}

const rightTitles: Record<Right, string> = {
  desk: '话务台',
  floor: '现场监控',
  'emergencies.read': '查看紧急移交',
  overview: '本周概况',
  'floor.set': '更改话务员状态',
  'directory.read': '查看转接目录',
  'calls.read': '查看通话记录',
  'calls.reveal': '查看完整号码',
  'calls.export': '导出通话记录',
  'recordings.play': '播放录音',
  'ratings.read': '查看服务评价',
  'audit.read': '查阅审计',
  'tickets.read': '查看工单',
  'tickets.export': '导出工单',
  'tickets.write': '登记工单',
  'tickets.act': '办理工单',
  dispatch: '派单',
  'catalogue.read': '查看权责清单',
  'catalogue.edit': '修改权责清单',
  'disputes.read': '查看权责争议',
  'disputes.keep': '办理权责争议',
  'oversight.read': '查看督办',
  'oversight.keep': '办理督办',
  'workstations.read': '查看县区工作站',
  'workstations.keep': '维护工作站值班',
  unit: '承办工单',
  rules: '工作日历与时限方案',
  admin: '系统管理',
}

export const endTitles: Record<EndReason, string> = {
  replaced: '在另一处登录',
  revoked: '被系统管理员撤销',
  locked: '账号停用',
  'logged-out': '本人退出',
  expired: '过期',
  changed: '角色或工号更改',
  password: '密码更改',
}

const whyTitles: Record<string, string> = {
  'wrong password': '密码错误',
  locked: '密码错误次数过多，暂时锁定',
  'numbers-asked': '查询的市民号码过多',
  'another name': '冒用其他话机的名称',
  'another registration': '冒用其他话机的注册',
}

/** Of `call.acted`. */
export const callActionTitles: Record<CallActionName, string> = {
  hold: '保持',
  resume: '恢复',
  'hang-up': '挂机',
  swap: '切换',
  join: '三方',
  complete: '转出',
  cancel: '收回',
  leave: '退出',
}

/** Codes, by the name of their field in `details`. */
export const codeTitles: Record<string, Record<string, string>> = {
  roles: roleTitles,
  role: roleTitles,
  state: { ...stateTitles, ...agentStateTitles },
  from: agentStateTitles,
  to: agentStateTitles,
  takes: { now: '立即', 'after-call': '通话结束后' },
  why: whyTitles,
  right: rightTitles,
  outcome: outcomeTitles,
  status: Object.fromEntries(Object.entries(callbackTabs).map(([status, { title }]) => [status, title])),
  lamp: lampTitles,
  type: typeTitles,
  urgency: urgencyTitles,
  channel: channelTitles,
  part: { lead: '主办', co: '协办', any: '主办或协办' },
  sort: { newest: '最新在前', due: '先到期在前' },
  result: { ...inquiryTitles, allowed: '成功', refused: '被拒绝' },
  mode: { consult: '咨询', blind: '转接', 'three-way': '三方' },
  kind: directoryKindTitles,
  refused: Object.fromEntries(Object.entries(problems).map(([code, { title }]) => [code, title])),
  bound: { alarmAt: '提醒线', refuseAt: '上限' },
}
