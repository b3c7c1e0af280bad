import { Refusal } from '../../platform/web/problem.ts'
import { blockingIn, checkReply, type ReplyWords, replyFaults } from './check.ts'
import { type Demanded, demandOf } from './demand.ts'

interface HandedIn {
  publicReply: string
  internalReply: string
  overrideReason?: string | undefined
}

/**
 * The guard of the server: an answer with a grave fault needs a reason, which stays in the history.
 * @throws Refusal `ticket.reply-stopped`, naming what was found
 */
export function requireChecked(
  reply: HandedIn,
  { ticket, requests }: { ticket: Omit<Demanded, 'requests'>; requests: Demanded['requests'] },
  words: ReplyWords,
): void {
  if ((reply.overrideReason ?? '').trim() !== '') return
  const blocking = blockingIn(checkReply(reply, demandOf({ ...ticket, requests }), words))
  if (blocking.length === 0) return
  const said = blocking.map(({ code, found }) =>
    found.length === 0 ? replyFaults[code].title : `${replyFaults[code].title}（${found.join('、')}）`,
  )
  throw new Refusal('ticket.reply-stopped', { detail: `${said.join('；')}。请修改答复，或写明仍要提交的理由。` })
}
