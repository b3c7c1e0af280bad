import type { DynamicEndpoint } from './ari.ts'

/** The three PJSIP objects of a phone, as fields for ARI's dynamic configuration. Pure. */

/** Part of every digest, `MD5(id:realm:password)`; the `[global]` section names the same. */
export const sipRealm = 'asterisk'

/** Prefix of the endpoints of the telephone network, followed by the trunk's name: they are not phones. */
export const trunkPrefix = 'trunk-'
export const isTrunk = (endpoint: string): boolean => endpoint.startsWith(trunkPrefix)

export interface EndpointPlace {
  /** Address of Asterisk's SIP and RTP; without it the machine's own address would be in every SDP. */
  host: string
}

type Fields = Record<string, string>

export interface EndpointObjects {
  auth: Fields
  aor: Fields
  endpoint: Fields
}

export function endpointObjects(device: DynamicEndpoint, place: EndpointPlace): EndpointObjects {
  const isGuest = device.kind === 'GUEST'
  return {
    auth: { auth_type: 'md5', username: device.id, md5_cred: device.digest, realm: sipRealm },
    // One phone at a time: the latest registration replaces that of the page before a reload.
    aor: {
      max_contacts: '1',
      remove_existing: 'yes',
      default_expiration: '120',
      minimum_expiration: '30',
      maximum_expiration: '600',
      qualify_frequency: device.kind === 'DESK' ? '20' : '10',
      qualify_timeout: '2.5',
    },
    endpoint: {
      context: isGuest ? 'from-guest' : 'from-agent',
      aors: device.id,
      auth: device.id,
      disallow: 'all',
      allow: device.kind === 'DESK' ? 'alaw,ulaw' : 'opus,alaw',
      ...(device.kind === 'DESK' ? { transport: 'udp', rtp_symmetric: 'yes', force_rport: 'yes' } : webRtc),
      rewrite_contact: 'yes',
      direct_media: 'no',
      dtmf_mode: 'rfc4733',
      media_address: place.host,
      bind_rtp_to_media_address: 'yes',
      // A dead peer ends its call after this; on hold nothing is sent, so the limit is longer there.
      rtp_timeout: '30',
      rtp_timeout_hold: '300',
      // A REFER into the application can crash Asterisk 22.10 (asterisk#2021); transfers are our own verbs.
      allow_transfer: 'no',
      allow_subscribe: 'no',
      // An incomplete number is refused, not answered with "dial on".
      allow_overlap: 'no',
      trust_id_inbound: 'no',
      trust_id_outbound: 'no',
      send_pai: 'no',
      device_state_busy_at: '1',
      language: 'zh',
      user_eq_phone: 'no',
      ...(isGuest ? { callerid: `<${digitsOf(device.callerNumber)}>` } : {}),
    },
  }
}

/** `webrtc=yes` implies ICE, AVPF, rtcp-mux and DTLS-SRTP. */
const webRtc: Fields = { webrtc: 'yes', dtls_auto_generate_cert: 'yes' }

/** @returns whether Asterisk's object has all of these fields; it writes some of them differently */
export function hasFields(found: { attribute: string; value: string }[], wanted: Fields): boolean {
  const there = new Map(found.map(({ attribute, value }) => [attribute, plainValue(value)]))
  return Object.entries(wanted).every(
    ([attribute, value]) => writeOnly.has(attribute) || there.get(attribute) === plainValue(value),
  )
}

/** It only clears the list that `allow` then fills. */
const writeOnly = new Set(['disallow'])

/** `(opus|alaw)` is `opus,alaw`, `2.500000` is `2.5`, `Yes` and `true` are `yes`, `139…` is `<139…>`. */
function plainValue(value: string): string {
  const bare = value
    .toLowerCase()
    .replace(/[()<>]/g, '')
    .replaceAll('|', ',')
  if (/^\d+\.\d+$/.test(bare)) return String(Number(bare))
  return bare === 'yes' ? 'true' : bare === 'no' ? 'false' : bare
}

function digitsOf(number: string | null): string {
  return (number ?? '').replace(/[^0-9+]/g, '') || 'anonymous'
}
