import { type EndReason, endReasons } from '../../people/person.ts'
import { ApiError } from '../api.ts'

export type { SessionView, SipAccess } from '../../people/api.ts'
export type { EndReason } from '../../people/person.ts'

/** Why the log-in is over, as the server says; null when this browser had none, or for any other refusal. */
export function endReasonIn(error: unknown): EndReason | null {
  const given = error instanceof ApiError ? error.reason : null
  return endReasons.find((reason) => reason === given) ?? null
}

export const isLoggedOut = (error: unknown): boolean => error instanceof ApiError && error.status === 401

/** What people read about a log-in that is over. */
export const endWords: Record<EndReason, { title: string; text: string; advice: string }> = {
  replaced: {
    title: '您的账号已在另一处登录',
    text: '同一账号只能在一处使用，电话由新登录的页面接管。',
    advice: '如果不是您本人登录，请立即告知班长并修改密码。',
  },
  revoked: {
    title: '您的登录已被系统管理员撤销',
    text: '您在各处的登录都已结束。',
    advice: '如有疑问，请联系班长或系统管理员。',
  },
  locked: {
    title: '您的账号已停用',
    text: '系统管理员停用了您的账号，现在不能登录。',
    advice: '如有疑问，请联系班长或系统管理员。',
  },
  changed: {
    title: '您的角色或工号已更改',
    text: '系统管理员更改了您的账号，须重新登录。',
    advice: '如有疑问，请联系系统管理员。',
  },
  password: {
    title: '您的密码已更改',
    text: '密码已更改，其他地方的登录都已退出。',
    advice: '请用新密码登录。如果不是您本人更改，请立即联系系统管理员。',
  },
  'logged-out': { title: '您已退出登录', text: '您在另一个标签页退出了登录。', advice: '' },
  expired: { title: '登录已过期', text: '长时间没有操作，或登录已满 12 小时。', advice: '' },
}
