import type { Site } from '../../site/site.ts'
import type { Ari } from '../ari/ari.ts'
import { promptLocale, spokenPrompts } from './speech.ts'

/** Every prompt that callers of this site may hear. */
export function promptsOf(site: Pick<Site, 'lines'>): string[] {
  return [...new Set([...site.lines.map((line) => line.greeting), ...spokenPrompts])]
}

/**
 * A foreign Asterisk silently plays nothing where a file is missing.
 * @returns prompts that Asterisk says it lacks; one without an answer is not counted
 */
export async function missingSounds(ari: Pick<Ari, 'hasSound'>, prompts: readonly string[]): Promise<string[]> {
  const missing: string[] = []
  for (const prompt of prompts) {
    const answer = await ari.hasSound(`${promptLocale}/${prompt}`)
    if (answer.ok && !answer.value) missing.push(prompt)
  }
  return missing
}
