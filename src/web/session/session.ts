import type { ServerToClient } from '../../desk/protocol.ts'

export type { SessionView, SipAccess } from '../../people/api.ts'
export type EndReason = Parameters<ServerToClient['session:ended']>[0]['reason']
