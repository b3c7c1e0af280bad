import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { z } from 'zod'

/**
 * Every setting of the machine that the hotline runs on: addresses, ports, folders, secrets. A site's decisions about
 * its service (numbers, greetings, limits) are in `config/`, not here. `.env.example` shows each with its default;
 * `npm run check` names every fault at once.
 */

const aPort = 'a port, 1 to 65535'
const port = z.coerce.number(aPort).int(aPort).min(1, aPort).max(65_535, aPort)
const megabytes = 'a number of megabytes, 64 or more'
const requests = 'a number of requests, 60 or more'
const flag = z.enum(['on', 'off']).transform((value) => value === 'on')
/** Not `URL` alone: `localhost:3306` is a URL too, with a scheme called localhost. */
const address = (...schemes: string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.replace(':', '')), {
    message: `an address like ${schemes[0]}://host:port`,
  })
/** Which proxies are trusted with what they say about a client. */
const proxies = z.string().transform((text, context) => {
  const networks = text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]))
  // Up to version 0.1 this was `on` or `off`, and with `on` any sender could claim any address as its own.
  if (text === 'off') return []
  const stray = networks.find((network) => !isNetwork(network))
  if (stray === undefined) return networks
  const message =
    text === 'on'
      ? 'is no longer on or off: name the proxy, by address or network, e.g. 127.0.0.1 or 10.0.0.0/28, several with commas'
      : `${stray}: neither an address nor a network like 10.0.0.0/28`
  context.addIssue({ code: 'custom', message })
  return z.NEVER
})
const roles = ['calls', 'web', 'jobs'] as const
export type Role = (typeof roles)[number]

const variables = z.object({
  ROLES: z
    .string()
    .default(roles.join(','))
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(z.enum(roles)).min(1))
    .describe('roles that this process starts'),

  NODE_NAME: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/)
    .default('node-1')
    .describe('name of the Asterisk node that this controller drives; unique among nodes'),
  HOTLINE_VAR: z.string().default('var').describe('folder of everything that is written at run time'),
  CONFIG_DIR: z.string().default('config').describe('folder of the site configuration'),
  PROMPTS_DIR: z.string().default('ivr-prompts').describe('folder of the prompt texts and sounds'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),

  HTTP_HOST: z.string().default('127.0.0.1').describe('address that the web pages listen on'),
  HTTP_PORT: port.default(12_345).describe('port of the web pages and the API'),
  TRUST_PROXY: proxies.default([]).describe('addresses of the reverse proxy in front of the pages, e.g. 127.0.0.1'),
  COOKIE_SECURE: flag.optional().describe('cookies travel by https only; on by default where PUBLIC_URL is https'),
  PUBLIC_URL: address('http', 'https').optional().describe('address of the pages as people outside reach them'),
  REQUESTS_PER_MINUTE: z.coerce
    .number(requests)
    .int(requests)
    .min(60, requests)
    .default(3_000)
    .describe('to the API, by one log-in or, without one, from one address'),
  GUEST_PHONE: flag.default(false).describe('the citizen phone in the browser, /phone'),

  SIP_HOST: z.string().default('127.0.0.1').describe('address on which Asterisk accepts SIP and RTP'),
  SIP_PORT: port.default(5060).describe('SIP port, UDP and TCP'),
  RTP_PORTS: z
    .string()
    .refine(isPortRange, 'a range of ports like 20000-20999')
    .default('20000-20999')
    .describe('range of UDP ports for sound'),

  PROVINCE_URL: address('http', 'https')
    .optional()
    .describe("address of the province platform's exchange interface; without it nothing is exchanged"),
  PROVINCE_SECRET: z
    .string()
    .min(32, 'at least 32 characters')
    .optional()
    .describe('secret that signs the messages of the exchange, agreed with the platform'),
  EMERGENCY_URL: address('http', 'https')
    .optional()
    .describe(
      "address of the emergency services' interface, {service} in it is 110, 119, 120 or 122; without it none gets the packet",
    ),
  EMERGENCY_SECRET: z
    .string()
    .min(32, 'at least 32 characters')
    .optional()
    .describe('secret that signs the packets to the emergency services, agreed with them'),
  MESSAGES_URL: address('http', 'https')
    .optional()
    .describe("address of the operator's gateway for messages to telephones; without it they are written to files"),
  MESSAGES_SECRET: z
    .string()
    .min(32, 'at least 32 characters')
    .optional()
    .describe('secret that signs the messages to the gateway and its receipts, agreed with the operator'),
  THIRTEEN710_URL: address('http', 'https')
    .optional()
    .describe('address of the 13710 system; without it batches are files only and receipts are typed in'),
  THIRTEEN710_SECRET: z
    .string()
    .min(32, 'at least 32 characters')
    .optional()
    .describe('secret that signs the messages from and to the 13710 system, agreed with it'),
  SAMPLE_PROVINCE: flag
    .default(false)
    .describe('programs of ours play the province, its seats and all other numbers, and the 13710 system'),

  SMTP_URL: address('smtp', 'smtps').optional().describe('mail server for e-mails to units; without it none are sent'),
  MAIL_FROM: z.email('an address like hotline@example.gov.cn').optional().describe('sender of e-mails to units'),

  APT_CHECK_VALID_UNTIL: flag
    .optional()
    .describe(
      "off where the Debian mirror is a frozen copy whose lists are past their date; default as the machine's apt",
    ),

  DATABASE_URL: address('mysql')
    .optional()
    .describe('mysql://… of your own server; without it a private MariaDB is started'),
  DATABASE_PORT: port.optional().describe('port of the private MariaDB, default HTTP_PORT + 3'),
  DATABASE_MEMORY_MB: z.coerce
    .number(megabytes)
    .int(megabytes)
    .min(64, megabytes)
    .optional()
    .describe('memory for the caches of the private MariaDB; default a quarter of the machine, 256 to 8192'),
  REDIS_URL: address('redis', 'rediss')
    .optional()
    .describe('redis://… of your own server; without it a private Redis is started'),
  REDIS_PORT: port.optional().describe('port of the private Redis, default HTTP_PORT + 4'),

  ARI_URL: address('http', 'https')
    .optional()
    .describe("http://host:port of your own Asterisk's HTTP server; without it a private Asterisk is started"),
  ARI_PORT: port.optional().describe('HTTP port of the private Asterisk, default HTTP_PORT + 1'),
  ARI_USERNAME: z.string().default('hotline'),
  ARI_PASSWORD: z.string().optional().describe('secret of the ARI user; generated for the private Asterisk'),
  ARI_APP: z.string().default('hotline').describe('name of the Stasis application'),
  AMI_HOST: z.string().default('127.0.0.1'),
  AMI_PORT: port.optional().describe('AMI port, default HTTP_PORT + 2'),
  AMI_USERNAME: z.string().default('hotline'),
  AMI_PASSWORD: z.string().optional().describe('secret of the AMI user; generated for the private Asterisk'),
  ASTERISK_SPOOL: z
    .string()
    .optional()
    .describe("Asterisk's spool folder as this machine sees it; recordings lie below it"),

  ATTACHMENTS_DIR: z
    .string()
    .optional()
    .describe('folder of the files of tickets, shared by all web and jobs processes; default HOTLINE_VAR/attachments'),
})

type Variables = z.output<typeof variables>

/** Every variable; `.env.example` has each, and the set-up passes each to its children. */
export const settingNames = variables.keyof().options

export interface Settings extends Omit<Variables, 'RTP_PORTS' | 'COOKIE_SECURE'> {
  COOKIE_SECURE: boolean
  /** Absolute path of HOTLINE_VAR. */
  varDir: string
  configDir: string
  promptsDir: string
  databaseUrl: string
  redisUrl: string
  ariUrl: string
  /** Without a slash at its end. */
  publicUrl: string
  amiPort: number
  ariPassword: string
  amiPassword: string
  spoolDir: string
  attachmentsDir: string
  rtp: { from: number; to: number }
  /** Exchange interface of the platform; null: nothing is exchanged. */
  provinceUrl: string | null
  /** Filled in by the set-up for the program that plays it. */
  provinceSecret: string
  /** The same of the emergency services. */
  emergencyUrl: string | null
  emergencySecret: string
  /** Gateway for messages to telephones; null: they are written to files. */
  messagesUrl: string | null
  messagesSecret: string
  /** Without a slash at its end; null: nothing is exchanged with the 13710 system. */
  thirteen710Url: string | null
  thirteen710Secret: string
  /** Where the program that plays the 13710 system has its page. */
  sample13710Port: number
  /** Where that program listens. */
  sampleProvince: { httpPort: number; sipHost: string; sipPort: number }
  /** Which servers `npm start` has to run itself. */
  isPrivate: { database: boolean; redis: boolean; asterisk: boolean }
}

export class SettingsError extends Error {
  readonly faults: string[]
  constructor(faults: string[]) {
    super(`settings:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    this.faults = faults
  }
}

const file = '.env'

/**
 * Reads `.env` in the working directory (the environment wins) and checks every setting.
 * @throws SettingsError naming all faults at once
 */
export function loadSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  if (env === process.env && existsSync(file)) process.loadEnvFile(file)
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = variables.safeParse(given)
  const faults: Fault[] = [
    ...(parsed.error?.issues ?? []).map((issue): Fault => [issue.path[0] as Name, issue.message]),
    ...contradictions(readable(given)),
  ]
  if (parsed.success && faults.length === 0) return derive(parsed.data)
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  throw new SettingsError(faults.map(([name, why]) => `${whereSet(name, env[name], text)}: ${name}: ${why}`))
}

type Name = keyof Variables
type Fault = [name: Name, why: string]

/** The readable ones, so that a fault in one does not hide contradictions between the others. */
function readable(given: NodeJS.ProcessEnv): Partial<Variables> {
  return Object.fromEntries(
    settingNames.flatMap((name) => {
      const one = variables.shape[name].safeParse(given[name])
      return one.success ? [[name, one.data]] : []
    }),
  )
}

/** Settings that are valid one by one but not together. */
function contradictions(known: Partial<Variables>): Fault[] {
  const { SMTP_URL, MAIL_FROM, PUBLIC_URL, TRUST_PROXY, COOKIE_SECURE, GUEST_PHONE } = known
  const { PROVINCE_URL, PROVINCE_SECRET, EMERGENCY_URL, EMERGENCY_SECRET, SAMPLE_PROVINCE } = known
  const faults: Fault[] = []
  if (SMTP_URL && !MAIL_FROM) faults.push(['MAIL_FROM', 'letters need a sender; SMTP_URL is set'])
  if (TRUST_PROXY?.length && !PUBLIC_URL) {
    faults.push(['TRUST_PROXY', 'behind a proxy the pages have another address: set PUBLIC_URL'])
  }
  if (PUBLIC_URL && COOKIE_SECURE !== undefined && COOKIE_SECURE !== isHttps(PUBLIC_URL)) {
    const why = COOKIE_SECURE
      ? 'log-in would be impossible: browsers send a secure cookie to https only, and PUBLIC_URL is http'
      : 'PUBLIC_URL is https: take this out, and log-ins never travel in the clear'
    faults.push(['COOKIE_SECURE', why])
  }
  if (PROVINCE_URL && !PROVINCE_SECRET) {
    faults.push(['PROVINCE_SECRET', 'messages to the platform are signed; PROVINCE_URL is set'])
  }
  if (EMERGENCY_URL && !EMERGENCY_SECRET) {
    faults.push(['EMERGENCY_SECRET', 'packets to the emergency services are signed; EMERGENCY_URL is set'])
  }
  if (known.MESSAGES_URL && !known.MESSAGES_SECRET) {
    faults.push(['MESSAGES_SECRET', 'messages to telephones are signed; MESSAGES_URL is set'])
  }
  if (known.THIRTEEN710_URL && !known.THIRTEEN710_SECRET) {
    faults.push(['THIRTEEN710_SECRET', 'messages to the 13710 system are signed; THIRTEEN710_URL is set'])
  }
  if (PROVINCE_URL && SAMPLE_PROVINCE) {
    faults.push(['SAMPLE_PROVINCE', 'PROVINCE_URL names the real platform: take one of the two out'])
  }
  const [reach] = reachOf({ ...noReach, ...known })
  if (SAMPLE_PROVINCE && reach) {
    faults.push(['SAMPLE_PROVINCE', `${reach} lets others reach this machine: name the real platform by PROVINCE_URL`])
  }
  if (GUEST_PHONE && reach) {
    const why = `${reach} lets others reach this machine, and they could call with any number: remove it`
    faults.push(['GUEST_PHONE', why])
  }
  return faults
}

const noReach = { HTTP_HOST: '127.0.0.1', SIP_HOST: '127.0.0.1', PUBLIC_URL: undefined, TRUST_PROXY: [] }

/**
 * The settings by which others can reach the hotline. As soon as there is one, trial features have to go: see
 * `exposure.ts`.
 */
export function reachOf(
  settings: Pick<Variables, 'HTTP_HOST' | 'SIP_HOST' | 'PUBLIC_URL' | 'TRUST_PROXY'>,
): (keyof typeof noReach)[] {
  const { HTTP_HOST, SIP_HOST, PUBLIC_URL, TRUST_PROXY } = settings
  return [
    ...(isLoopback(HTTP_HOST) ? [] : (['HTTP_HOST'] as const)),
    ...(isLoopback(SIP_HOST) ? [] : (['SIP_HOST'] as const)),
    ...(PUBLIC_URL === undefined || isLoopback(new URL(PUBLIC_URL).hostname) ? [] : (['PUBLIC_URL'] as const)),
    ...(TRUST_PROXY.length === 0 ? [] : (['TRUST_PROXY'] as const)),
  ]
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || /^127(\.\d{1,3}){3}$/.test(host) || host === '::1' || host === '[::1]'
}

const isHttps = (url: string): boolean => new URL(url).protocol === 'https:'

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const width = { 4: 32, 6: 128 }[isIP(address)] ?? 0
  if (width === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= width)
}

/** `.env:3` of a value that came from there, else `environment`. */
export function whereSet(name: string, value: string | undefined, text: string): string {
  const lines = text.split('\n')
  const at = lines.findLastIndex((line) => parseEnv(line)[name] !== undefined)
  return at >= 0 && parseEnv(text)[name] === value ? `${file}:${at + 1}` : 'environment'
}

function isPortRange(text: string): boolean {
  const [from = 0, to = 0] = (/^\d{1,5}-\d{1,5}$/.exec(text)?.[0] ?? '').split('-').map(Number)
  return 0 < from && from < to && to <= 65_535
}

/** An IPv6 address is in brackets there. */
export const inUrl = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host)

/** A separate address, by which Asterisk distinguishes it from the carrier: `config/trunks.yaml`. */
const sampleProvinceHost = '127.128.0.1'
const sampleUrl = (httpPort: number, path: string) => `http://127.0.0.1:${httpPort + 6}/${path}`

function derive(given: Variables): Settings {
  const { RTP_PORTS, ...rest } = given
  const varDir = resolve(given.HOTLINE_VAR)
  const [from = 0, to = 0] = RTP_PORTS.split('-').map(Number)
  const databasePort = given.DATABASE_PORT ?? given.HTTP_PORT + 3
  return {
    ...rest,
    COOKIE_SECURE: given.COOKIE_SECURE ?? (given.PUBLIC_URL !== undefined && isHttps(given.PUBLIC_URL)),
    varDir,
    configDir: resolve(given.CONFIG_DIR),
    promptsDir: resolve(given.PROMPTS_DIR),
    databaseUrl: given.DATABASE_URL ?? `mysql://hotline@127.0.0.1:${databasePort}/hotline`,
    redisUrl: given.REDIS_URL ?? `redis://127.0.0.1:${given.REDIS_PORT ?? given.HTTP_PORT + 4}`,
    ariUrl: given.ARI_URL ?? `http://127.0.0.1:${given.ARI_PORT ?? given.HTTP_PORT + 1}`,
    publicUrl: (given.PUBLIC_URL ?? `http://${inUrl(given.HTTP_HOST)}:${given.HTTP_PORT}`).replace(/\/+$/, ''),
    amiPort: given.AMI_PORT ?? given.HTTP_PORT + 2,
    ariPassword: given.ARI_PASSWORD ?? '',
    amiPassword: given.AMI_PASSWORD ?? '',
    spoolDir: given.ASTERISK_SPOOL ? resolve(given.ASTERISK_SPOOL) : resolve(varDir, 'asterisk/spool'),
    attachmentsDir: given.ATTACHMENTS_DIR ? resolve(given.ATTACHMENTS_DIR) : resolve(varDir, 'attachments'),
    rtp: { from, to },
    provinceUrl: given.PROVINCE_URL ?? (given.SAMPLE_PROVINCE ? sampleUrl(given.HTTP_PORT, 'exchange') : null),
    provinceSecret: given.PROVINCE_SECRET ?? '',
    emergencyUrl: given.EMERGENCY_URL ?? (given.SAMPLE_PROVINCE ? sampleUrl(given.HTTP_PORT, 'emergency') : null),
    emergencySecret: given.EMERGENCY_SECRET ?? '',
    messagesUrl: given.MESSAGES_URL ?? null,
    messagesSecret: given.MESSAGES_SECRET ?? '',
    thirteen710Url:
      (given.THIRTEEN710_URL ?? (given.SAMPLE_PROVINCE ? `http://127.0.0.1:${given.HTTP_PORT + 8}` : null))?.replace(
        /\/+$/,
        '',
      ) ?? null,
    thirteen710Secret: given.THIRTEEN710_SECRET ?? '',
    sample13710Port: given.HTTP_PORT + 8,
    sampleProvince: { httpPort: given.HTTP_PORT + 6, sipHost: sampleProvinceHost, sipPort: given.HTTP_PORT + 7 },
    isPrivate: { database: !given.DATABASE_URL, redis: !given.REDIS_URL, asterisk: !given.ARI_URL },
  }
}
