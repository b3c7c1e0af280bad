/** Messages to telephones (短信). Pure: the web page imports this file too. */

export const messageKinds = ['LINK', 'REMINDER', 'CODE', 'TELLING', 'RATING', 'MEETING'] as const
export type MessageKind = (typeof messageKinds)[number]

export const messageTitles: Record<MessageKind, string> = {
  LINK: '办理链接',
  REMINDER: '办理提醒',
  CODE: '验证码',
  TELLING: '办理告知',
  RATING: '评价邀请',
  MEETING: '联席会议通知',
}

/** What wakes nobody: it can wait for the morning. A code is asked for, and a unit's link is work. */
const quietKinds: readonly MessageKind[] = ['TELLING', 'RATING']
export const isQuiet = (kind: MessageKind): boolean => quietKinds.includes(kind)

/**
 * The place of what only the receiver may read: a link, a code. It stands apart from the text, so that nothing of it is
 * left in the database once the message was sent.
 */
export const secretPlace = '{secret}'

/** As it is sent. */
export function wordsOf({ text, secret }: { text: string; secret: string | null }): string {
  return secret === null ? text : text.replace(secretPlace, () => secret)
}
