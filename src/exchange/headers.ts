/** What travels in the INVITE of a call that a packet goes ahead of. Pure. Source: RFC 7433, RFC 7434. */

/** Protocol discriminator of text in IA5 characters (RFC 7434, section 4). */
const ia5 = '04'
const idPattern = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/
/** 128 octets and what stands around them; a stranger's header is not read beyond it. */
const longest = 400

/** @param messageId of the CALL_CONTEXT, a ULID */
export function userToUser(messageId: string): string {
  const text = [...messageId].map((letter) => letter.charCodeAt(0).toString(16).padStart(2, '0')).join('')
  return `${ia5}${text};encoding=hex`
}

/**
 * The packet's id in the headers of an incoming call.
 * @param header one value, or several joined by commas
 * @returns null for a value that is not ours: other systems write there as well
 */
export function readUserToUser(header: string): string | null {
  for (const value of header.slice(0, longest).split(',')) {
    const [content = '', ...parameters] = value.split(';').map((part) => part.trim())
    const named = new Map(parameters.map((part) => part.toLowerCase().split('=') as [string, string | undefined]))
    // What is not said is hex, and of the ISDN package.
    if ((named.get('encoding') ?? 'hex') !== 'hex' || (named.get('purpose') ?? 'isdn-uui') !== 'isdn-uui') continue
    const hex = content.replace(/^"(.*)"$/, '$1')
    if (!/^04(?:[0-9a-fA-F]{2})+$/.test(hex)) continue
    const codes = hex.slice(2).match(/../g) ?? []
    const id = codes.map((code) => String.fromCharCode(Number.parseInt(code, 16))).join('')
    if (idPattern.test(id)) return id
  }
  return null
}

/** @param ticket number of the ticket; null while it is a draft */
export function ticketHeader(ticket: string | null): string {
  if (ticket === null) return 'draft'
  if (!/^[A-Za-z0-9-]{1,64}$/.test(ticket)) throw new Error(`${JSON.stringify(ticket)} is no number of a ticket`)
  return ticket
}
