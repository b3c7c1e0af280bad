/** Networks in CIDR notation, IPv4. Pure. */

export interface Network {
  first: number
  last: number
}

/** @returns null for an invalid network: bits beyond the mask are a fault, because they hide a typing error */
export function networkOf(cidr: string): Network | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(cidr)
  if (!match) return null
  const octets = match.slice(1, 5).map(Number)
  const bits = match[5] === undefined ? 32 : Number(match[5])
  if (bits > 32 || octets.some((octet) => octet > 255)) return null
  const first = octets.reduce((sum, octet) => sum * 256 + octet, 0)
  const size = 2 ** (32 - bits)
  return first % size === 0 ? { first, last: first + size - 1 } : null
}

const loopback = { first: 127 * 2 ** 24, last: 128 * 2 ** 24 - 1 }

export function isLoopbackNetwork(cidr: string): boolean {
  const network = networkOf(cidr)
  return network !== null && doOverlap(network, loopback)
}

export function doOverlap(one: Network, other: Network): boolean {
  return one.first <= other.last && other.first <= one.last
}
