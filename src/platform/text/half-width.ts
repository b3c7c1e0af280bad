/** Pure: the web page imports it too. */

/** Formatting, control and filling characters: a text with and without them looks the same. */
const invisible = /[\p{Cf}\p{Cc}\u115f\u3164]/gu

/**
 * A code, a name or a number as it looks: full-width becomes half-width (`１００１` is 1001), invisible characters are
 * removed.
 */
export function halfWidth(text: string): string {
  return text.normalize('NFKC').replace(invisible, '').trim()
}
