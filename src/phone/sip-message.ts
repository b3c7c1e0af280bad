/**
 * Which SIP messages of a browser pass on to Asterisk. Asterisk identifies a page only by its `From`, and treats an
 * unknown one as the machine's own network. Stricter than Asterisk's parser on purpose: any message that two parsers
 * could read in two ways is refused. Pure.
 */

export type SipVerdict = { ok: true; isNewCall: boolean } | { ok: false; why: string }

interface Field {
  name: string
  value: string
  isFolded: boolean
}

const passed: SipVerdict = { ok: true, isNewCall: false }
const shortNames: Record<string, string> = { f: 'from', t: 'to', v: 'via', l: 'content-length', i: 'call-id' }
/** Repeated, these would be ambiguous. */
const once = ['from', 'to', 'call-id', 'cseq', 'content-length']
const requestLine = /^([A-Z]{2,16}) sips?:[^\s<>"]{1,256} SIP\/2\.0$/
const responseLine = /^SIP\/2\.0 [1-6]\d\d [^\r\n]*$/

/** @param endpoint the only name that this page may use */
export function judgeSip(bytes: Buffer, endpoint: string): SipVerdict {
  // Byte by byte, so that lengths are exact: names and digits are ASCII anyway.
  const text = bytes.toString('latin1')
  if (/^(\r\n)+$/.test(text)) return passed
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return refused('no end of the headers')
  const head = text.slice(0, end)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000\n\r]/.test(head.replaceAll('\r\n', ''))) return refused('bare line end')
  const [first = '', ...lines] = head.split('\r\n')
  const fields = fieldsOf(lines)
  if (!fields) return refused('a line that is no header')
  for (const name of once) if (all(fields, name).length > 1) return refused(`${name} twice`)
  if (!hasWholeBody(fields, text.length - end - 4)) return refused('content-length')

  if (responseLine.test(first)) return passed
  const method = requestLine.exec(first)?.[1]
  if (!method) return refused('neither a request nor a response')
  const [via] = all(fields, 'via')
  if (!via || !/^SIP\/2\.0\/WSS? /.test(via.value)) return refused('via')
  const [[from], [to]] = [all(fields, 'from'), all(fields, 'to')]
  if (!from || !to) return refused('from or to is missing')
  const sender = addressOf(from.value)
  const receiver = addressOf(to.value)
  if (!sender || !receiver) return refused('from or to cannot be read')
  // Within an incoming call a page is addressed by its contact. A tag that belongs to no call is rejected (481).
  if (receiver.hasTag && method !== 'REGISTER') return passed
  if (sender.user !== endpoint) return refused('another name')
  if (method === 'REGISTER' && receiver.user !== endpoint) return refused('another registration')
  return { ok: true, isNewCall: method === 'INVITE' }
}

function refused(why: string): SipVerdict {
  return { ok: false, why }
}

/** @returns null when a line is not a header */
function fieldsOf(lines: string[]): Field[] | null {
  const fields: Field[] = []
  for (const line of lines) {
    const last = fields.at(-1)
    if (/^[ \t]/.test(line)) {
      if (!last) return null
      last.value = `${last.value} ${line.trim()}`.trim()
      last.isFolded = true
      continue
    }
    const match = /^([!%'*+\-.0-9A-Z_`a-z~]+)[ \t]*:(.*)$/s.exec(line)
    if (!match) return null
    const name = (match[1] ?? '').toLowerCase()
    fields.push({ name: shortNames[name] ?? name, value: (match[2] ?? '').trim(), isFolded: false })
  }
  return fields
}

function all(fields: Field[], name: string): Field[] {
  return fields.filter((field) => field.name === name)
}

/** Asterisk parses on after the end of a body: what follows would be a message that was never checked. */
function hasWholeBody(fields: Field[], bytes: number): boolean {
  const [length] = all(fields, 'content-length')
  return length !== undefined && !length.isFolded && /^\d{1,6}$/.test(length.value) && Number(length.value) === bytes
}

const quoted = String.raw`"(?:[^"\\]|\\.)*"`
const words = "[\\w\\-.!%*+`'~ \\t]*"
const uri = String.raw`sips?:(?:([^\s@:;?<>",]+)@)?[\w.\-:\[\]]+`
const named = new RegExp(`^(?:${quoted}|${words})[ \\t]*<${uri}(?:[;?][^<>"]*)?>((?:[ \\t]*;[^<>",]*)*)$`, 'i')
const bare = new RegExp(`^${uri}((?:[ \\t]*;[^<>",]*)*)$`, 'i')

function addressOf(value: string): { user: string; hasTag: boolean } | null {
  const match = named.exec(value) ?? bare.exec(value)
  if (!match) return null
  return { user: match[1] ?? '', hasTag: /;[ \t]*tag[ \t]*=[ \t]*[\w.!%*+`'~-]/i.test(match[2] ?? '') }
}
