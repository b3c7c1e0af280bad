import type { World } from './world.ts'

/** One thing that goes wrong, and is well again afterwards. */
export interface Fault {
  name: string
  /** Of docs/reliability.md. */
  goals: string[]
  title: string
  /** Part of the short run as well. */
  isShort: boolean
  /** Asterisk itself goes: calls that are there, and those that come before it is back, are lost with it. */
  takesAsterisk?: boolean
  /** What is said meanwhile is not kept. */
  takesSound?: boolean
  /** All that the hotline writes lies in a small room of its own. */
  fillsVar?: boolean
  /** The hotline's programs run with a clock that can be set. */
  stepsClock?: boolean
  /** Does it, and mends what does not mend itself. Resolves when that is done. */
  inflict(world: World): Promise<void>
}
