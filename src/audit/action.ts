/**
 * Every action that is written down, in the words in which the auditor reads it. Pure: the page imports it too. Who
 * reads personal data does so by one of these.
 */
export const actionTitles = {
  'session.opened': '登录',
  'session.refused': '登录被拒绝',
  'session.ended': '登录结束',
  'access.denied': '越权访问被拒绝',
  'call.number-revealed': '查看通话的完整号码',
  'citizen.number-searched': '按号码查询市民',
  'recording.played': '播放录音',
  'callback.number-revealed': '查看回拨的完整号码',
  'callback.played': '播放留言',
  'callback.called-back': '标记已回拨',
  'device.created': '登记话机',
  'device.chosen': '选择话机',
  'device.withdrawn': '停用话机',
  'guest-phone.issued': '发放市民电话',
  'sip.refused': '电话信令被拒绝',
  'ticket.confidential-read': '查看保密工单',
  'ticket.caller-revealed': '查看来电人',
  'dead-letter.replayed': '重新执行失败任务',
  'ticket.inquired': '市民按键查询工单',
  'attachment.read': '查看附件',
  'agent.state-set': '班长更改话务员状态',
  'person.added': '新增人员',
  'person.changed': '修改人员',
  'person.locked': '停用账号',
  'person.unlocked': '启用账号',
  'person.signed-out': '退出某人的所有登录',
  'password.link-made': '生成设置密码的链接',
  'password.link-refused': '设置密码的链接被拒绝',
  'password.set': '用链接设置密码',
  'password.changed': '修改自己的密码',
  'password.refused': '修改密码时原密码错误',
  'export.begun': '开始导出',
  'calls.exported': '导出通话记录',
  'tickets.exported': '导出工单',
  'audit.read': '查阅审计',
  'audit.exported': '导出审计',
} as const satisfies Record<string, string>

export type AuditAction = keyof typeof actionTitles
export const auditActions = Object.keys(actionTitles) as [AuditAction, ...AuditAction[]]
