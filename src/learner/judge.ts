/** Whether the learner may still suggest: by what dispatchers chose. Pure: the web page imports this file too. */

/** It is judged by its last guesses, as soon as there are some. */
export const judgedBy = 200
export const fewest = 50
/** Below this share it says nothing; it goes on guessing unseen, and speaks again when it is right again. */
export const leastShare = 0.8

export interface Judgement {
  isOn: boolean
  agreed: number
  of: number
}

/** @param last whether dispatchers chose what it guessed, the newest first */
export function judge(last: readonly boolean[]): Judgement {
  const seen = last.slice(0, judgedBy)
  const agreed = seen.filter((isAgreed) => isAgreed).length
  return { isOn: seen.length < fewest || agreed >= leastShare * seen.length, agreed, of: seen.length }
}

export const surenesses = ['HIGH', 'MIDDLE', 'LOW'] as const
export type Sureness = (typeof surenesses)[number]
export const surenessTitles: Record<Sureness, string> = { HIGH: '把握较大', MIDDLE: '把握一般', LOW: '把握不大' }

export function surenessOf(share: number): Sureness {
  return share >= 0.8 ? 'HIGH' : share >= 0.6 ? 'MIDDLE' : 'LOW'
}
