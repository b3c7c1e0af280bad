import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { answeredLines } from '../../lines/answered.ts'
import { dialForms } from '../../lines/number.ts'
import type { Settings } from '../../settings.ts'
import type { Site } from '../../site/site.ts'
import { trunkPrefix } from '../ari/endpoint.ts'
import { messageTone, waitingMusic, wavOf } from '../speech/sounds.ts'
import { promptLocale } from '../speech/speech.ts'
import { requiredModules, welcomeModules } from './modules.ts'

/** Module and data folders of the Asterisk that will run. */
export interface AsteriskHome {
  moduleDir: string
  dataDir: string
}

/** Simultaneous calls of citizens' browsers. */
const mostGuestCalls = 20
/** Without a controller no agent can end the wrap-up time. */
const longestFallbackWrapUpSeconds = 20

const templates = resolve(import.meta.dirname, '../../../dialplan')

/**
 * Writes `<varDir>/asterisk/etc`, the computed sounds and a data folder in which `sound:zh/<name>` is
 * `<varDir>/prompts/zh/<name>.wav`.
 * @param settings with all secrets filled in
 * @param home null for an Asterisk that we do not run: it keeps its own folders, so neither asterisk.conf nor the
 *   data folder is written, and all modules are listed
 * @throws Error naming the modules that this Asterisk lacks
 */
export async function renderAsterisk(settings: Settings, given: Site, home: AsteriskHome | null): Promise<void> {
  // A number that has ended, or begins later, is refused like any other that is not ours.
  const site = { ...given, lines: answeredLines(given.lines, Date.now()) }
  const dir = join(settings.varDir, 'asterisk')
  const etc = join(dir, 'etc')
  const modules = home ? await chooseModules(home) : [...requiredModules, ...welcomeModules]
  const values = valuesOf(settings, site, dir, { moduleDir: home?.moduleDir ?? '', modules })
  await mkdir(etc, { recursive: true, mode: 0o700 })
  const isOurs = (name: string) => name.endsWith('.conf') && (home !== null || name !== 'asterisk.conf')
  const names = (await readdir(templates)).filter(isOurs)
  for (const name of names) {
    const template = await readFile(join(templates, name), 'utf8')
    // Some of them contain passwords.
    await writeWhole(join(etc, name), fill(template, values, name), 0o600)
  }
  for (const name of await readdir(etc)) if (!names.includes(name)) await rm(join(etc, name), { force: true })
  await mkdir(dirname(securityLog(settings)), { recursive: true })
  for (const name of ['run', 'log', 'lib/keys', 'music']) await mkdir(join(dir, name), { recursive: true })
  for (const name of ['recording/messages', 'recording/fallback', 'tmp'])
    await mkdir(join(settings.spoolDir, name), { recursive: true })
  if (home) await layOutData(join(dir, 'data'), home.dataDir, join(settings.varDir, 'prompts', promptLocale))
  await writeWhole(join(dir, 'music', 'waiting.wav'), wavOf(waitingMusic()))
}

/** Asterisk's log of accepted and refused senders. */
export function securityLog({ varDir }: Pick<Settings, 'varDir'>): string {
  return join(varDir, 'log/security.log')
}

/** Every `{{name}}` must have a value: a missing one is our mistake, detected at once. */
export function fill(template: string, values: Record<string, string>, file: string): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`${file}: no value for {{${name}}}`)
    return value
  })
}

function valuesOf(
  settings: Settings,
  site: Site,
  dir: string,
  home: { moduleDir: string; modules: string[] },
): Record<string, string> {
  const http = new URL(settings.ariUrl)
  if (settings.ariPassword === '' || settings.amiPassword === '')
    throw new Error('ARI_PASSWORD and AMI_PASSWORD must be set')
  return {
    etc: plain(join(dir, 'etc')),
    lib: plain(join(dir, 'lib')),
    run: plain(join(dir, 'run')),
    log: plain(join(dir, 'log')),
    securityLog: plain(securityLog(settings)),
    data: plain(join(dir, 'data')),
    music: plain(join(dir, 'music')),
    spool: plain(settings.spoolDir),
    modules: plain(home.moduleDir),
    load: home.modules.map((name) => `${requiredModules.includes(name) ? 'require' : 'load'} = ${name}.so`).join('\n'),
    node: settings.NODE_NAME,
    entityId: entityIdOf(settings.NODE_NAME),
    app: plain(settings.ARI_APP),
    sipBind: `${settings.SIP_HOST}:${settings.SIP_PORT}`,
    media: mediaOf(settings.SIP_HOST),
    trunks: trunksOf(site, settings),
    nobodyDigest: randomBytes(16).toString('hex'),
    httpHost: http.hostname,
    httpPort: http.port || '80',
    ariUser: plain(settings.ARI_USERNAME),
    ariPassword: plain(settings.ariPassword),
    amiHost: settings.AMI_HOST,
    amiPort: `${settings.amiPort}`,
    amiUser: plain(settings.AMI_USERNAME),
    amiPassword: plain(settings.amiPassword),
    rtpFrom: `${settings.rtp.from}`,
    rtpTo: `${settings.rtp.to}`,
    trunkNumbers: trunkNumbers(site),
    mostGuestCalls: `${mostGuestCalls}`,
    fallbackWrapUpSeconds: `${Math.min(longestFallbackWrapUpSeconds, Math.ceil(site.timings.wrapUpMs / 1_000))}`,
    guestNumbers: site.lines.map((line) => numberEntry(line.number, 'guest')).join('\n'),
  }
}

/** A value that would end its line or begin a comment cannot be written into Asterisk's files. */
function plain(value: string): string {
  if (/[\r\n;]/.test(value)) throw new Error(`${JSON.stringify(value)} cannot stand in Asterisk's configuration`)
  return value
}

/** Asterisk expects the form of a hardware address; the node's name gives the same one on every start. */
function entityIdOf(node: string): string {
  const digest = createHash('sha256').update(node).digest()
  const octets = [0x02, ...digest.subarray(0, 5)]
  return octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':')
}

/** Bound to every address of the machine, there is no single address for the SDP. */
export function isAnyAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

function mediaOf(host: string): string {
  return isAnyAddress(host) ? '' : `media_address = ${host}\nbind_rtp_to_media_address = yes`
}

type Sample = Pick<Settings, 'SAMPLE_PROVINCE' | 'sampleProvince'>

function trunksOf(site: Site, sample: Sample): string {
  return site.trunks
    .map(
      (trunk) => `
[${trunkPrefix}${trunk.name}](trunk)
set_var = HOTLINE_VOUCHED=${trunk.vouches ? 'yes' : 'no'}
set_var = HOTLINE_TRUNK=${trunk.kind}
${wayOut(trunk, sample)}
[${trunkPrefix}${trunk.name}-addresses]
type = identify
endpoint = ${trunkPrefix}${trunk.name}
match = ${trunk.networks.join(',')}`,
    )
    .join('\n')
}

/** Only an endpoint with a contact can be called. */
function wayOut({ name, sendTo }: Site['trunks'][number], { SAMPLE_PROVINCE, sampleProvince }: Sample): string {
  const { sipHost, sipPort } = sampleProvince
  const target = sendTo === 'sample' ? (SAMPLE_PROVINCE ? `${sipHost}:${sipPort}` : null) : sendTo
  if (target === null) return ''
  return `aors = ${trunkPrefix}${name}

[${trunkPrefix}${name}]
type = aor
contact = sip:${plain(target)}
`
}

function trunkNumbers(site: Site): string {
  const numbers = site.lines.flatMap((line) => [line.number, ...line.landingDids])
  const forms = new Set(numbers.flatMap((number) => dialForms(number, site.areaCode)))
  return [...forms].map((form) => numberEntry(form, 'trunk')).join('\n')
}

function numberEntry(number: string, from: 'trunk' | 'guest'): string {
  const next = from === 'guest' ? 'guest' : 'arrival'
  return `exten => ${number},1,Set(HOTLINE_DIALLED=\${FILTER(+0-9,\${EXTEN})})\n same => n,Goto(${next},s,1)`
}

async function chooseModules(home: AsteriskHome): Promise<string[]> {
  const there = new Set(await readdir(home.moduleDir).catch(() => []))
  const missing = requiredModules.filter((name) => !there.has(`${name}.so`))
  if (missing.length > 0) throw new Error(`Asterisk lacks modules in ${home.moduleDir}: ${missing.join(', ')}`)
  return [...requiredModules, ...welcomeModules.filter((name) => there.has(`${name}.so`))]
}

/** Asterisk's own files, linked, beside our sounds. */
async function layOutData(data: string, original: string, prompts: string): Promise<void> {
  await mkdir(join(data, 'sounds'), { recursive: true })
  for (const name of ['documentation', 'rest-api', 'static-http']) {
    if (existsSync(join(original, name))) await link(join(original, name), join(data, name))
  }
  await mkdir(prompts, { recursive: true })
  await link(prompts, join(data, 'sounds', promptLocale))
  await writeWhole(join(data, 'sounds', 'beep.wav'), wavOf(messageTone()))
}

async function link(target: string, path: string): Promise<void> {
  if ((await readlink(path).catch(() => null)) === target) return
  await rm(path, { recursive: true, force: true })
  await symlink(target, path)
}

async function writeWhole(file: string, content: string | Buffer, mode = 0o644): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`
  await writeFile(draft, content, { mode })
  await rename(draft, file)
}
