import type { Site } from '../../site/site.ts'
import type { Ari } from '../ari/ari.ts'
import { promptLocale, spokenPrompts } from './speech.ts'

/** Every prompt that callers of this site may hear. */
export function promptsOf(site: Pick<Site, 'lines'>): string[] {
  return [...new Set([...site.lines.map((line) => line.greeting), ...spokenPrompts])]
}

/**
 * An Asterisk of one's own plays nothing, and says nothing of it, where a file is missing.
 * @returns those that Asterisk says it has not; one that it gives no answer to is not counted
 */
export async function missingSounds(ari: Pick<Ari, 'hasSound'>, prompts: readonly string[]): Promise<string[]> {
  const missing: string[] = []
  for (const prompt of prompts) {
    const answer = await ari.hasSound(`${promptLocale}/${prompt}`)
    if (answer.ok && !answer.value) missing.push(prompt)
  }
  return missing
}
