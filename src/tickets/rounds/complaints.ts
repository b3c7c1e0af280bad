/**
 * The same citizen complains of the same matter again. Pure: the web page imports this file too. The third time in 90
 * days another person has to look at it (他人复核). Source: domain model 3.7.
 */

export const complaintsMs = 90 * 86_400_000
const timesForSecond = 3

/** A ticket says it once, and once more with each redo. */
export const timesSaid = (complaints: readonly { round: number }[]): number =>
  complaints.reduce((sum, { round }) => sum + round, 0)

export const isSecondDue = (complaints: readonly { round: number }[]): boolean =>
  timesSaid(complaints) >= timesForSecond
