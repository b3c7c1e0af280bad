import { type Bus as BusOf, openBus as open } from './platform/redis/bus.ts'
import type { Announcements, Requests } from './topics.ts'

/** How the roles talk, in the words of `topics.ts`. */
export type Bus = BusOf<Announcements, Requests>

export const openBus = open<Announcements, Requests>
