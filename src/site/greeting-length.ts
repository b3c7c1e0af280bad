import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promptLocale } from '../telephony/speech/speech.ts'
import type { Site } from './site.ts'
import { wavMs } from './wav-length.ts'

/** Every caller waits for it: a call should enter the queue soon after it is answered. */
export const longestGreetingMs = 6_000

/** @returns the length of a greeting that is too long, else null */
export function tooLongMs(file: string): number | null {
  const ms = existsSync(file) ? wavMs(file) : null
  return ms !== null && ms > longestGreetingMs ? ms : null
}

/** Checks greetings as callers hear them, synthesised ones too. @param varDir with the generated sounds */
export function longGreetings(site: Pick<Site, 'lines'>, varDir: string): string[] {
  const greetings = [...new Set(site.lines.map((line) => line.greeting))]
  return greetings.flatMap((greeting) => {
    const ms = tooLongMs(join(varDir, 'prompts', promptLocale, `${greeting}.wav`))
    return ms === null
      ? []
      : [`greeting ${greeting} lasts ${inSeconds(ms)}, longer than ${inSeconds(longestGreetingMs)}`]
  })
}

export function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
