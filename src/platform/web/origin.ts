import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { hostname } from 'node:os'

/**
 * Where a request comes from, and which of our names it asked for. A proxy's statement about that is trusted only from
 * the proxies that `TRUST_PROXY` names: any client can write these headers.
 */
export interface Origins {
  /** The client's address: the last one on the way that is not one of our proxies. */
  addressOf(request: IncomingMessage): string
  /** Whether it asks for a name of ours; a foreign page may point a name of its own at our address (DNS rebinding). */
  isForUs(request: IncomingMessage): boolean
  /**
   * Against requests that another site makes in our user's browser (CSRF), beside the same-site cookie. Browsers send
   * `Origin` with every websocket and every changing request; a client without it is not a browser. Only host and port
   * are compared: behind a proxy that ends TLS the scheme differs.
   */
  isOurPage(request: IncomingMessage): boolean
  /** An unconfigured proxy passed it on: its address says nothing about the client. */
  isThroughStranger(request: IncomingMessage): boolean
}

export interface OriginSettings {
  /** Addresses and networks of our proxies. */
  TRUST_PROXY: readonly string[]
  HTTP_HOST: string
  publicUrl: string
}

export function openOrigins(settings: OriginSettings): Origins {
  const proxies = listOf(settings.TRUST_PROXY)
  const names = new Set(['localhost', hostname(), settings.HTTP_HOST, new URL(settings.publicUrl).hostname].map(bare))

  const isProxy = (address: string): boolean => {
    const plain = plainAddress(address)
    const family = isIP(plain)
    return family !== 0 && proxies.check(plain, family === 6 ? 'ipv6' : 'ipv4')
  }
  const peerOf = (request: IncomingMessage): string => plainAddress(request.socket.remoteAddress ?? '')

  function hostOf(request: IncomingMessage): string | undefined {
    const said = isProxy(peerOf(request))
      ? (lastOf(request, 'x-forwarded-host') ?? forwarded(request, 'host').at(-1))
      : undefined
    return said ?? request.headers.host
  }

  return {
    addressOf(request) {
      let address = peerOf(request)
      for (const hop of hopsOf(request).toReversed()) {
        if (!isProxy(address)) break
        address = hop
      }
      return address
    },

    isForUs(request) {
      const host = urlOf('http:', hostOf(request))?.hostname
      // An address is not a name that could be pointed at us.
      return host !== undefined && (names.has(bare(host)) || isIP(bare(host)) !== 0)
    },

    isOurPage(request) {
      const { origin } = request.headers
      const site = request.headers['sec-fetch-site']
      if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
      if (origin === undefined) return true
      // `null`, or not an address: some frame or file, not one of our pages.
      const from = URL.canParse(origin) ? new URL(origin) : null
      return from !== null && urlOf(from.protocol, hostOf(request))?.host === from.host
    },

    isThroughStranger: (request) => !isProxy(peerOf(request)) && isPassedOn(request),
  }
}

/** @param networks as the settings have checked them */
function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}

/** An IPv6 client has a network of 64 bits: counting single addresses would be useless. */
export function clientOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail = ''] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  while (address.includes('::') && groups.length + after.length < 8) groups.push('0')
  return `${[...groups, ...after].slice(0, 4).join(':')}::/64`
}

/**
 * The way that a request came, nearest proxy last, as the proxies say. If two headers contradict each other, one of
 * them came from the client: neither is trusted.
 */
function hopsOf(request: IncomingMessage): string[] {
  const said = valuesOf(request, 'x-forwarded-for').map(plainAddress)
  const alsoSaid = forwarded(request, 'for').map(plainAddress)
  if (said.length > 0 && alsoSaid.length > 0 && said.join() !== alsoSaid.join()) return []
  const hops = said.length > 0 ? said : alsoSaid
  // Entries before an unreadable one were not written by a proxy of ours.
  return hops.slice(hops.findLastIndex((hop) => isIP(hop) === 0) + 1)
}

function isPassedOn({ headers }: IncomingMessage): boolean {
  return headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
}

function valuesOf(request: IncomingMessage, name: string): string[] {
  const value = request.headers[name] ?? []
  const text = Array.isArray(value) ? value.join(',') : value
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]))
}

const lastOf = (request: IncomingMessage, name: string): string | undefined => valuesOf(request, name).at(-1)

/** Values of one parameter of `Forwarded`. Source: RFC 7239, section 4. */
function forwarded(request: IncomingMessage, name: 'for' | 'host'): string[] {
  const pair = new RegExp(`(?:^|[;,\\s])${name}=("(?:[^"\\\\]|\\\\.)*"|[^";,\\s]+)`, 'gi')
  return [...(request.headers.forwarded ?? '').matchAll(pair)].map(([, value = '']) => value.replaceAll('"', ''))
}

/** The address meant by `[2001:db8::1]:443`, `192.0.2.7:443` and `::ffff:192.0.2.7`. */
function plainAddress(text: string): string {
  const address = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

/** `example.org` and `example.org:443` are one host for https. */
function urlOf(protocol: string, host: string | undefined): URL | null {
  const text = `${protocol}//${host ?? ''}`
  return host !== undefined && /^[\w.:[\]-]+$/.test(host) && URL.canParse(text) ? new URL(text) : null
}

const bare = (host: string): string => host.toLowerCase().replace(/^\[|\]$|\.$/g, '')
