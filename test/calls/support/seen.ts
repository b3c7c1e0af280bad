import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** What a person meets who looks at a page, or has it read aloud. */

export const sizes = [
  { width: 1440, height: 900 },
  { width: 1280, height: 720 },
  { width: 390, height: 844 },
]

/** Whatever a person would have to push sideways. */
const sidewaysParts = `[...document.querySelectorAll('*')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1)
  .filter((one) => one === document.documentElement || /auto|scroll/.test(getComputedStyle(one).overflowX))
  .map((one) => one.tagName + '.' + one.className + ' ' + one.scrollWidth + ' > ' + one.clientWidth)`

/** @returns what would have to be pushed sideways at this size */
export function sideways(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(sidewaysParts)
}

/** @returns serious findings of axe-core */
export async function unreadable(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary}`))
}
