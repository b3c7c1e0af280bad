/** Names shared by every room. Pure: the web page imports this file too. */

declare const brand: unique symbol
type Branded<T, Name extends string> = T & { readonly [brand]: Name }

/** Milliseconds since 1970-01-01T00:00:00Z. The core never reads a clock: instants are passed in. */
export type Instant = number

/** ULID made of a call's arrival and its channel, the same in every process; 26 characters, sorts by time. */
export type CallId = Branded<string, 'CallId'>
/** `users.id` of a person who answers calls, as a decimal string. */
export type AgentId = Branded<string, 'AgentId'>
/** ULID of one offer of one call to one agent. */
export type OfferId = Branded<string, 'OfferId'>
/** ULID of one log-in. */
export type SessionId = Branded<string, 'SessionId'>
/** Name of a skill in `config/skills.yaml`, e.g. `general`. */
export type SkillId = Branded<string, 'SkillId'>
/** Id of a channel in Asterisk. We choose it for every leg that we originate. */
export type ChannelId = Branded<string, 'ChannelId'>
export type BridgeId = Branded<string, 'BridgeId'>
export type PlaybackId = Branded<string, 'PlaybackId'>
/** Name of a recording in Asterisk, also its path below the recording folder, without `.wav`. */
export type RecordingName = Branded<string, 'RecordingName'>
/** Name of a prompt: a file `ivr-prompts/<locale>/<name>.wav` exists for it. */
export type PromptId = Branded<string, 'PromptId'>
/** ULID of a ticket; people know it by its number. */
export type TicketId = Branded<string, 'TicketId'>
/** Code of a responsible unit, e.g. `cgj`, never changed and never reused. */
export type UnitCode = Branded<string, 'UnitCode'>
/** Code of a county or zone: GB/T 2260, or one of ours for zones (`1404GX`). */
export type CountyCode = Branded<string, 'CountyCode'>
/** `LLMMSS`: two digits for each of the three levels, `00` where a level is not reached. */
export type CategoryCode = Branded<string, 'CategoryCode'>

/** Ends an exhaustive switch: a missing case is a compile error; at run time it throws. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
