/** The notes of a call, split where they name a ticket, so that the number becomes a link. Pure. */
export function noteParts(note: string): { text: string; isTicket: boolean }[] {
  return note
    .split(/(CZ\d{14})(?!\d)/)
    .map((text, n) => ({ text, isTicket: n % 2 === 1 }))
    .filter(({ text }) => text !== '')
}
