import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { inject } from 'vitest'
import type { Settings } from '../../../src/settings.ts'
import type { Account } from '../../../src/tools/setup/sample/sample.ts'

/** The hotline that the test run gives to this worker. */
export type GivenHotline =
  | { settings: Settings; accounts: Account[]; logDir: string; failure: null }
  | { failure: string }

let isTaken = false

/** Asks the test run for it; the first ask of a worker starts it. @throws when it does not start */
export async function takeHotline(): Promise<Extract<GivenHotline, { failure: null }>> {
  isTaken = true
  const socket = connect(inject('hotlines'))
  // One worker runs one file at a time, the next file in a process of its own: the number is what stays.
  socket.end(process.env.VITEST_POOL_ID ?? '1')
  const given: GivenHotline = JSON.parse(await text(socket))
  if (given.failure !== null) throw new Error(given.failure)
  return given
}

/** Whether this test file uses it. */
export function isHotlineTaken(): boolean {
  return isTaken
}
