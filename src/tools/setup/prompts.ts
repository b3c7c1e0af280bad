import { createHash } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeWhole } from './files.ts'
import { toPinyin } from './pinyin.ts'
import { run } from './run.ts'
import { espeakNeed, type Need, soxNeed } from './servers/packages.ts'

/**
 * The sound of every prompt: a recorded `<name>.wav` beside the text wins, else espeak-ng speaks `<name>.txt`. Repeated
 * only for changed prompts.
 */

const locale = 'zh'
const voice = 'cmn-latn-pinyin'
const wordsPerMinute = 220
/** Part of each digest: change it when the way of speaking changes. */
const manner = `${voice} ${wordsPerMinute} 8000 1`
const atOnce = 2

export interface Prompt {
  name: string
  /** Path of the recorded sound; null when the text is spoken. */
  recorded: string | null
  textFile: string | null
}

export async function listPrompts(promptsDir: string): Promise<Prompt[]> {
  const folder = join(promptsDir, locale)
  const files = new Set(await readdir(folder).catch(() => []))
  const names = new Set([...files].filter((file) => /\.(txt|wav)$/.test(file)).map((file) => file.slice(0, -4)))
  return [...names].sort().map((name) => ({
    name,
    recorded: files.has(`${name}.wav`) ? join(folder, `${name}.wav`) : null,
    textFile: files.has(`${name}.txt`) ? join(folder, `${name}.txt`) : null,
  }))
}

/** Silence before the first and after the last word only delays callers. */
const trim = ['silence', '1', '0.02', '0.5%', 'reverse', 'silence', '1', '0.02', '0.5%', 'reverse']

export const promptNeeds: Need[] = [soxNeed, espeakNeed]

/** @returns how many sounds were made now, and how many there are in all */
export async function speakPrompts(
  promptsDir: string,
  varDir: string,
  signal?: AbortSignal,
): Promise<{ made: number; all: number }> {
  const target = join(varDir, 'prompts', locale)
  const stampFile = join(target, '.digests.json')
  await mkdir(target, { recursive: true })
  const prompts = await listPrompts(promptsDir)
  const known: Record<string, string> = JSON.parse(await readFile(stampFile, 'utf8').catch(() => '{}'))
  const digests: Record<string, string> = {}
  const waiting = prompts.slice()
  let made = 0

  const work = async (): Promise<void> => {
    for (let prompt = waiting.shift(); prompt; prompt = waiting.shift()) {
      const digest = await digestOf(prompt)
      const sound = join(target, `${prompt.name}.wav`)
      if (known[prompt.name] !== digest || !(await isThere(sound))) {
        await make(prompt, sound, signal)
        made += 1
      }
      digests[prompt.name] = digest
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  await removeOthers(target, new Set(prompts.map((prompt) => `${prompt.name}.wav`)))
  await writeWhole(stampFile, `${JSON.stringify(digests, null, 2)}\n`)
  return { made, all: prompts.length }
}

async function make(prompt: Prompt, sound: string, signal?: AbortSignal): Promise<void> {
  const remedy = `${prompt.recorded ?? prompt.textFile} cannot be turned into sound: replace it`
  await soundOf(sound, remedy, signal, async (spoken) => {
    if (prompt.recorded) await copyFile(prompt.recorded, spoken)
    else if (prompt.textFile) await sayTo(spoken, await readFile(prompt.textFile, 'utf8'), signal)
  })
}

/** Makes the sound of these words, as loud as prompts are. */
export async function speakWords(words: string, sound: string, signal?: AbortSignal): Promise<void> {
  await mkdir(dirname(sound), { recursive: true })
  await soundOf(sound, 'see whether espeak-ng and sox are installed', signal, (spoken) => sayTo(spoken, words, signal))
}

async function sayTo(file: string, words: string, signal: AbortSignal | undefined): Promise<void> {
  const say = ['-v', voice, '-b', '1', '-s', String(wordsPerMinute), '-w', file, toPinyin(words)]
  await run('espeak-ng', say, signal ? { signal } : {})
}

async function soundOf(
  sound: string,
  remedy: string,
  signal: AbortSignal | undefined,
  fill: (spoken: string) => Promise<void>,
): Promise<void> {
  const spoken = `${sound}.spoken.wav`
  const draft = `${sound}.draft.wav`
  await fill(spoken)
  // What Asterisk plays without converting: 8 kHz, mono, 16 bit, none louder than the others.
  await run('sox', [spoken, '-r', '8000', '-c', '1', '-b', '16', draft, ...trim, 'norm', '-6'], {
    ...(signal ? { signal } : {}),
    remedy,
  })
  await rename(draft, sound)
  await rm(spoken, { force: true })
}

async function digestOf(prompt: Prompt): Promise<string> {
  const source = prompt.recorded ?? prompt.textFile
  const content = source ? await readFile(source) : ''
  return createHash('sha256')
    .update(prompt.recorded ? 'recorded' : manner)
    .update(content)
    .digest('hex')
}

async function removeOthers(target: string, wanted: Set<string>): Promise<void> {
  for (const file of await readdir(target)) {
    if (file.endsWith('.wav') && !wanted.has(file)) await rm(join(target, file), { force: true })
  }
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.size > 44,
    () => false,
  )
}
