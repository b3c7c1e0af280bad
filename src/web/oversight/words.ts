import type { Level } from '../../oversight/triggers/trigger.ts'

/** Supervision in colours: they only repeat what the word says. */
export const levelTones: Record<Level, string> = {
  L0: 'tone-idle',
  L1: 'tone-hold',
  L2: 'tone-trouble',
  L3: 'tone-trouble',
  LETTER: 'tone-talking',
  TALK: 'tone-talking',
}
