import type { World } from './world.ts'

/** One fault, and its repair. */
export interface Fault {
  name: string
  /** Goals of docs/reliability.md. */
  goals: string[]
  title: string
  /** Part of the short run, too. */
  isShort: boolean
  /** Asterisk itself dies: existing calls, and calls that come before it is back, are lost with it. */
  takesAsterisk?: boolean
  /** Sound during the fault is not recorded. */
  takesSound?: boolean
  /** Agents consult colleagues and talk with them and the caller: `sharing.ts`. */
  sharesTalks?: boolean
  /** All files of the hotline are on a small disk of their own. */
  fillsVar?: boolean
  /** The hotline's programs run with a settable clock. */
  stepsClock?: boolean
  /** Inflicts the fault, and repairs what does not recover by itself. Resolves when that is done. */
  inflict(world: World): Promise<void>
}
