import { whatIsAway } from '../platform/process/away.ts'
import { problems } from '../platform/web/problem.ts'
import type { CommandAnswer } from '../topics.ts'

/** The desk's refusals. Pure except for reading an error. */

const messages = {
  'desk.not-open': '话务台尚未打开，请刷新页面。',
  'desk.not-active': '电话已在另一个页面打开，请先在此处接管。',
  'desk.invalid': '操作内容有误，请刷新页面后重试。',
  'desk.too-fast': '操作过于频繁，请稍后再试。',
  'agent.signed-out': '正在恢复签入，请稍候再试。',
  'agent.signing-out': '班长已将您签出，通话和整理结束后生效，暂不能更改状态。',
  'agent.phone-unreachable': '话机尚未注册，暂时不能示闲。请检查耳机和网络后重试。',
  'agent.no-such-break': '没有这种小休原因，请重新选择。',
  'agent.not-in-wrap-up': '当前不在整理状态。',
  'call.not-yours': '该通话不属于您。',
  'call.no-phone': '话机尚未注册，请稍候再试。',
  'note.too-long': '记录最多 10000 字，请精简后再保存。',
  'note.not-saved': '记录暂时无法保存，请勿关闭页面，系统会自动重试。',
  'controller.away': problems['controller.away'].title,
  internal: '系统内部错误，请重试。',
} as const

export type RefusalCode = keyof typeof messages

export function refusal(code: RefusalCode): CommandAnswer {
  return { ok: false, code, message: messages[code] }
}

export function refusalOf(error: unknown): CommandAnswer {
  const away = whatIsAway(error)
  return away ? { ok: false, code: away, message: problems[away].title } : refusal('internal')
}
