/** Chinese words for queues and topics; one without a word is shown as it is. */

const queueTitles: Record<string, string> = {
  dispatch: '自动派单',
  follow: '并单答复',
  tickets: '通知与提醒',
  sla: '时限闹钟',
  mail: '邮件',
  messages: '短信',
  clocks: '期限重算',
}

export function queueTitle(name: string): string {
  return queueTitles[name] ?? name
}
