import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { promptLocale, spokenPrompts } from '../telephony/speech/speech.ts'
import type { numbersFile } from './files.ts'
import { inSeconds, longestGreetingMs, tooLongMs } from './greeting-length.ts'
import { wavMs } from './wav-length.ts'
import type { Fault, Reading } from './yaml.ts'

/** Prompts that callers would not hear, or hear for too long: found before the first call. */

type Numbers = Reading<z.output<typeof numbersFile>>

export function promptFaults(numbers: Numbers, promptsDir: string): Fault[] {
  const folder = join(promptsDir, promptLocale)
  return [
    ...missingGreetings(numbers, folder),
    ...spokenPrompts
      .filter((prompt) => isMissing(folder, prompt))
      .map((prompt) => ({ file: folder, line: 1, message: missing(folder, prompt) })),
    ...silentFiles(folder),
    ...unsaidRecordings(numbers, folder),
    ...longRecordings(numbers, folder),
  ]
}

function missingGreetings(numbers: Numbers, folder: string): Fault[] {
  return (numbers.known?.lines ?? []).flatMap((line, index) =>
    line?.greeting !== undefined && isMissing(folder, line.greeting)
      ? numbers.faultAt(['lines', index, 'greeting'], missing(folder, line.greeting))
      : [],
  )
}

function isMissing(folder: string, prompt: string): boolean {
  return !existsSync(join(folder, `${prompt}.txt`)) && !existsSync(join(folder, `${prompt}.wav`))
}

function missing(folder: string, prompt: string): string {
  return `prompt ${prompt} has neither ${prompt}.txt nor ${prompt}.wav in ${folder}`
}

/** Asterisk reports a prompt without sound as played: the fault would stay unnoticed. */
function silentFiles(folder: string): Fault[] {
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).sort()
  return files.flatMap((name) => {
    const file = join(folder, name)
    const isReplaced = files.includes(name.replace(/\.txt$/, '.wav'))
    if (name.endsWith('.wav') && !wavMs(file)) return { file, line: 1, message: 'contains no sound in WAV format' }
    if (name.endsWith('.txt') && !isReplaced && !/[\p{L}\p{N}]/u.test(readFileSync(file, 'utf8'))) {
      return { file, line: 1, message: 'contains no word to speak' }
    }
    return []
  })
}

/**
 * Every talk is recorded, and callers are told so beforehand. For a recorded greeting, its text says what has to be
 * said.
 * Source: PIPL 7 and 17 (who handles personal data says so beforehand).
 */
function unsaidRecordings(numbers: Numbers, folder: string): Fault[] {
  const greetings = new Set((numbers.known?.lines ?? []).flatMap((line) => line?.greeting ?? []))
  return [...greetings, 'fallback-apology'].flatMap((prompt) => {
    const file = join(folder, `${prompt}.txt`)
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    const isSaid = text.trim() === '' || text.includes('录音')
    return isSaid ? [] : [{ file, line: 1, message: 'does not say that the call is recorded (录音)' }]
  })
}

/** The length of a synthesised text is known only once it is spoken: that is checked at the start. */
function longRecordings(numbers: Numbers, folder: string): Fault[] {
  return (numbers.known?.lines ?? []).flatMap((line, index) => {
    if (line?.greeting === undefined) return []
    const ms = tooLongMs(join(folder, `${line.greeting}.wav`))
    if (ms === null) return []
    const words = `greeting ${line.greeting} lasts ${inSeconds(ms)}: record it in at most ${inSeconds(longestGreetingMs)}`
    return numbers.faultAt(['lines', index, 'greeting'], words)
  })
}
