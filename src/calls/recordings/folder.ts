import { join } from 'node:path'

/** Asterisk writes recordings below this folder of its spool; a recording's name is its path there. */
export function recordingFolder(spoolDir: string): string {
  return join(spoolDir, 'recording')
}
