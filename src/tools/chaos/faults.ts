import type { Fault } from './fault.ts'
import { invitesFlooded, mutatedInvites, passwordsGuessed, tortured } from './faults/abuse.ts'
import { asteriskKilled, asteriskStuck } from './faults/asterisk.ts'
import { clockStepped } from './faults/clock.ts'
import {
  controllerKilled,
  controllerPaused,
  controllersKilled,
  controllersPaused,
  sharersKilled,
} from './faults/controller.ts'
import { diskFull } from './faults/disk.ts'
import { jobsKilled, webKilled } from './faults/roles.ts'
import { databaseAway, databaseKilled, redisEmptied, redisKilled, redisRolledBack } from './faults/stores.ts'
import { system13710Away } from './faults/thirteen710.ts'
import { varFull } from './faults/var-full.ts'

/** In the order in which they are inflicted: faults that kill Asterisk come last. */
export const faults: readonly Fault[] = [
  controllerKilled,
  sharersKilled,
  controllersKilled,
  controllerPaused,
  controllersPaused,
  webKilled,
  jobsKilled,
  redisKilled,
  redisEmptied,
  redisRolledBack,
  databaseKilled,
  databaseAway,
  diskFull,
  varFull,
  clockStepped,
  system13710Away,
  tortured,
  mutatedInvites,
  passwordsGuessed,
  invitesFlooded,
  asteriskKilled,
  asteriskStuck,
]
