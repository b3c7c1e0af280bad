import type { AgentView } from '../../../desk/protocol.ts'
import type { ForcedNotice } from '../../../floor/agents/agent.ts'
import { agentStateTitles, forcedReasonTitles, isForcedReason } from '../../../floor/agents/agent.ts'
import { type MicTrouble, micWords } from '../../sip/microphone.ts'
import type { PhoneLine } from '../../sip/phoneState.ts'
import { formatClock } from '../../ui/format.ts'
import { reasonWords } from './controls.ts'

/** What is wrong, in words, with the way out. Pure. Shown in place, above the work, never over it. */

export type WayOut =
  | 'take-over'
  | 'open-again'
  | 'test-microphone'
  | 'allow-sound'
  | 'ready'
  | 'rejoin'
  | 'reload'
  | 'sign-in'
  | 'forced-read'
  | 'dismiss'

export interface Banner {
  id: string
  tone: 'trouble' | 'warning' | 'notice'
  text: string
  wayOut?: { label: string; does: WayOut; key?: string }
}

export interface Troubles {
  /** Longer than a moment. */
  isServerAway: boolean
  serverTries: number
  desk: 'closed' | 'opening' | 'open' | 'occupied' | 'refused' | 'taken-over' | 'signed-out'
  refusal: string
  line: PhoneLine
  /** Longer than a moment. */
  isLineLost: boolean
  lineTries: number
  isPhoneMissing: boolean
  mic: MicTrouble | null
  isSoundBlocked: boolean
  isRingSilenced: boolean
  rejoin: 'none' | 'asking' | 'failed'
  isInCall: boolean
  /** The call is heard in this browser now; of a call at a desk phone nothing is known here. */
  soundArrives: boolean
  isOwnPhone: boolean
  me: AgentView | null
  /** By a supervisor, not read yet. */
  forced: ForcedNotice | null
  breaks: { code: string; name: string }[]
  /** What the server last refused. */
  told: string | null
}

export function bannersFor(t: Troubles): Banner[] {
  if (t.desk === 'occupied' || t.desk === 'taken-over') return [elsewhere(t.desk)]
  const found: (Banner | null)[] = [
    t.isServerAway ? serverAway(t) : null,
    t.desk === 'refused'
      ? banner('refused', 'trouble', t.refusal || '服务器拒绝打开话务台。', { label: '重试', does: 'open-again' })
      : null,
    t.rejoin === 'failed' && !t.isServerAway
      ? banner('rejoin', 'trouble', '通话仍在继续，但本页电话没有接入。市民正在等待。', {
          label: '重新接入通话',
          does: 'rejoin',
        })
      : null,
    t.rejoin === 'asking' && !t.isServerAway
      ? banner('rejoin', 'notice', '通话仍在继续，正在把本页电话重新接入……')
      : null,
    t.isPhoneMissing
      ? banner('phone-missing', 'trouble', '电话组件没有加载成功，无法接听。', {
          label: '重新加载页面',
          does: 'reload',
        })
      : null,
    t.mic ? banner('microphone', 'trouble', micWords[t.mic], { label: '重新检测', does: 'test-microphone' }) : null,
    t.isLineLost && !t.isServerAway ? lineLost(t) : null,
    t.isSoundBlocked
      ? banner('sound', 'warning', '浏览器阻止了声音播放，听不到对方。', { label: '打开声音', does: 'allow-sound' })
      : null,
    t.isRingSilenced ? banner('ring', 'notice', '浏览器要求先点击一次页面，才能播放铃声。') : null,
    t.forced ? bySupervisor(t.forced, t) : forced(t.me),
    t.told ? banner('told', 'warning', t.told, { label: '知道了', does: 'dismiss' }) : null,
  ]
  return found.filter((one): one is Banner => one !== null)
}

function banner(id: string, tone: Banner['tone'], text: string, wayOut?: Banner['wayOut']): Banner {
  return wayOut ? { id, tone, text, wayOut } : { id, tone, text }
}

function elsewhere(desk: 'occupied' | 'taken-over'): Banner {
  const text = desk === 'occupied' ? '另一个标签页正在使用电话。' : '电话已被另一个标签页接管，本页不再响铃。'
  return banner('elsewhere', 'warning', text, { label: '在此接管', does: 'take-over' })
}

function serverAway(t: Troubles): Banner {
  const count = t.serverTries > 0 ? `（第 ${t.serverTries} 次）` : ''
  const call = t.isInCall && t.isOwnPhone ? callWhileAway(t) : ''
  return banner(
    'server',
    'trouble',
    `与服务器的连接已断开，正在重连${count}。${call}输入的内容保存在本机，恢复后自动上传。`,
  )
}

/** Nothing is promised that is not so at this moment. */
function callWhileAway({ soundArrives }: Troubles): string {
  return soundArrives ? '通话不受影响，' : '对方的声音没有到达，通话可能已中断。'
}

function lineLost(t: Troubles): Banner {
  const count = t.lineTries > 0 ? `（第 ${t.lineTries} 次）` : ''
  const call = !t.isInCall
    ? '来电将转给其他话务员，'
    : t.soundArrives
      ? '当前通话的声音仍在，'
      : '当前通话的声音没有到达，'
  return banner('line', 'trouble', `电话注册已断开，${call}正在重新注册${count}。`)
}

/** `班长王慧敏 14:05 将您置为小休（用餐）：排队人少` */
function bySupervisor(notice: ForcedNotice, { desk, isInCall, breaks }: Troubles): Banner {
  const { state, breakReason } = notice
  const reason = state === 'BREAK' ? reasonWords(breakReason, breaks) : null
  const what = state === 'OFFLINE' ? '签出' : `置为${agentStateTitles[state]}${reason === null ? '' : `（${reason}）`}`
  const words = `班长 ${notice.by} ${formatClock(notice.at).slice(0, 5)} 将您${what}：${notice.reason}`
  if (desk === 'signed-out') {
    return banner('by-supervisor', 'warning', `${words}。需要接听时请重新签入。`, {
      label: '重新签入',
      does: 'sign-in',
    })
  }
  if (state === 'OFFLINE') return banner('by-supervisor', 'warning', `${words}。通话和整理结束后生效。`)
  return banner('by-supervisor', 'warning', isInCall ? `${words}。通话结束后生效。` : `${words}。`, {
    label: '知道了',
    does: 'forced-read',
  })
}

function forced(me: AgentView | null): Banner | null {
  if (me?.state !== 'NOT_READY' || !isForcedReason(me.reason)) return null
  const why = `${forcedReasonTitles[me.reason]}，已置为示忙，`
  if (!me.isReachable) return banner('forced', 'warning', `${why}电话恢复注册后可按 R 恢复示闲。`)
  return banner('forced', 'warning', `${why}按 R 恢复示闲。`, { label: '恢复示闲', does: 'ready', key: 'R' })
}
