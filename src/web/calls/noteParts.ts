/** What was noted of a call, cut where it names a ticket, so that the number leads there. Pure. */
export function noteParts(note: string): { text: string; isTicket: boolean }[] {
  return note
    .split(/(CZ\d{14})(?!\d)/)
    .map((text, n) => ({ text, isTicket: n % 2 === 1 }))
    .filter(({ text }) => text !== '')
}
