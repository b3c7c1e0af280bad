import type { Instant } from '../../platform/types.ts'

/** Known faults of Asterisk by version. Pure. The same list for engineers: docs/operations.md, section 11. */

/** The series whose faults are known: the tested one. */
export const testedMajor = 22

export type Version = readonly [major: number, minor: number, patch: number]

interface KnownFault {
  /** Number in Asterisk's own issue tracker. */
  issue: number
  /** The first affected version of the series; by default the first one. */
  from?: Version
  mendedIn: Version
  /** The effect and our workaround, in the words of the page. */
  what: string
  care: string
}

const knownFaults: readonly KnownFault[] = [
  {
    issue: 1946,
    mendedIn: [22, 11, 0],
    what: '通道加入桥接时恰有新呼叫进入，可能死锁',
    care: '每个请求都有时限，新呼叫转入应急队列',
  },
  { issue: 2011, mendedIn: [22, 11, 0], what: 'TCP 上的 SIP 可能停住', care: '中继使用 UDP' },
  { issue: 2020, mendedIn: [22, 11, 0], what: '被拒绝的 WebSocket 会话不释放', care: '先验证登录，再打开连接' },
  { issue: 2021, mendedIn: [22, 11, 0], what: '话机转接（REFER）可能使进程崩溃', care: '话机不能自行转接' },
  { issue: 2044, mendedIn: [22, 12, 0], what: '桥接中的通道录音失败', care: '录整个桥接' },
  { issue: 2134, from: [22, 11, 0], mendedIn: [22, 12, 0], what: '被监听过的通道不能再接通', care: '升级后再使用监听' },
]

export interface AsteriskFault {
  issue: number
  /** `22.11.0` */
  mendedIn: string
  what: string
  care: string
}

/** @param text e.g. `22.10.1+dfsg+~cs6.17.60671434-1`, with or without an epoch before it; null when it is no version */
export function versionOf(text: string): Version | null {
  const match = /^(?:\d+:)?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text)
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : null
}

/** @returns below 0 when `one` is the older */
export function compareVersions(one: Version, other: Version): number {
  const at = one.findIndex((part, index) => part !== other[index])
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0)
}

/** Faults of this version that a later one of the tested series fixes; for other series none is known. */
export function faultsOf(text: string): AsteriskFault[] {
  const version = versionOf(text)
  if (version?.[0] !== testedMajor) return []
  return knownFaults
    .filter(
      ({ from, mendedIn }) => (!from || compareVersions(from, version) <= 0) && compareVersions(version, mendedIn) < 0,
    )
    .map(({ issue, mendedIn, what, care }) => ({ issue, mendedIn: mendedIn.join('.'), what, care }))
}

/** A new version appears about every two months, with fixes for security faults found since. */
const oldAfterMs = 180 * 86_400_000

export const isOld = (builtAt: Instant, now: Instant): boolean => now - builtAt > oldAfterMs
