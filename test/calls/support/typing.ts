import type { Page } from 'playwright-core'

/** An input method at work: a syllable is being composed in the field that has the focus. */
export async function composing(
  page: Page,
  syllable: string,
): Promise<{ press(key: string): Promise<void>; end(): Promise<void> }> {
  const session = await page.context().newCDPSession(page)
  await session.send('Input.imeSetComposition', {
    text: syllable,
    selectionStart: syllable.length,
    selectionEnd: syllable.length,
  })
  return {
    press: (key) => page.keyboard.press(key),
    async end() {
      await session.send('Input.insertText', { text: '' })
      await session.detach()
    },
  }
}

/** As Safari tells the last key of a composition that is over already: by its name, and by the code of input methods. */
export function pressAsInputMethod(page: Page, key: string, more: { ctrlKey?: boolean } = {}): Promise<void> {
  const init = JSON.stringify({ key, code: key, keyCode: 229, which: 229, bubbles: true, cancelable: true, ...more })
  return page.evaluate(`document.activeElement.dispatchEvent(new KeyboardEvent('keydown', ${init}))`)
}

/** A computer whose clock is wrong by so much, from the next page on. */
export function wrongClock(byMs: number): string {
  return `
    const Right = Date
    Date = class extends Right {
      constructor(...given) { given.length === 0 ? super(Right.now() + ${byMs}) : super(...given) }
      static now() { return Right.now() + ${byMs} }
    }
  `
}
