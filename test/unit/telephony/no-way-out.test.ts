import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadSettings } from '../../../src/settings.ts'
import { requireSite } from '../../../src/site/load.ts'
import { endpointObjects } from '../../../src/telephony/ari/endpoint.ts'
import { requiredModules, welcomeModules } from '../../../src/telephony/render/modules.ts'
import { renderAsterisk } from '../../../src/telephony/render/render.ts'

/**
 * Nothing that is given to Asterisk lets a phone, a citizen's browser or a caller reach a trunk. Read from the files as they
 * are rendered for the sample, where both trunks lead somewhere.
 */

const checkout = resolve(import.meta.dirname, '../../..')
let folder: string
let files: Map<string, string>

/** Lines without comments, by context or section. */
function sectionsOf(name: string): Map<string, string[]> {
  const sections = new Map<string, string[]>()
  let current: string[] = []
  for (const line of (files.get(name) ?? '').split('\n').map((raw) => raw.replace(/;.*$/, '').trim())) {
    const head = /^\[([^\]]+)\]/.exec(line)?.[1]
    if (head !== undefined) {
      current = sections.get(head) ?? []
      sections.set(head, current)
    } else if (line !== '') current.push(line)
  }
  return sections
}

/** `app(arguments)` of each priority. */
function stepsOf(lines: readonly string[]): { app: string; given: string }[] {
  return lines.flatMap((line) => {
    const step = /^(?:exten\s*=>\s*[^,]+,[^,]+|same\s*=>\s*n(?:\([^)]*\))?),(\w+)(?:\((.*)\))?$/.exec(line)
    return step ? [{ app: (step[1] ?? '').toLowerCase(), given: step[2] ?? '' }] : []
  })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hotline-render-'))
  const settings = {
    ...loadSettings({ HOTLINE_VAR: folder, SAMPLE_PROVINCE: 'on', CONFIG_DIR: join(checkout, 'config') }),
    ariPassword: 'a',
    amiPassword: 'b',
  }
  await renderAsterisk(settings, requireSite(settings.configDir), null)
  const etc = join(folder, 'asterisk/etc')
  files = new Map(readdirSync(etc).map((name) => [name, readFileSync(join(etc, name), 'utf8')]))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the dialplan', () => {
  it('uses no application but those that answer, play, wait, record and hand over', () => {
    const apps = new Set([...sectionsOf('extensions.conf').values()].flatMap(stepsOf).map(({ app }) => app))
    expect([...apps].sort()).toEqual(
      [
        'answer',
        'goto',
        'gotoif',
        'gosub',
        'gosubif',
        'hangup',
        'mixmonitor',
        'playback',
        'queue',
        'record',
        'return',
        'set',
        'stasis',
      ].sort(),
    )
  })

  it('has no line that this test does not read', () => {
    for (const [name, lines] of sectionsOf('extensions.conf')) {
      if (name === 'general') continue
      expect([name, stepsOf(lines).length]).toEqual([name, lines.length])
    }
  })

  it('names no channel, so that nothing in it can call one', () => {
    const steps = [...sectionsOf('extensions.conf').values()].flatMap(stepsOf)
    for (const { app, given } of steps) expect(`${app}(${given})`).not.toMatch(/(?:PJSIP|Local|SIP|IAX2|Dongle)\//i)
    // A gosub on the other leg or a macro on a key would be one.
    for (const { given } of steps.filter(({ app }) => app === 'queue')) expect(given).toBe('fallback,,,,60')
  })

  it('lets phones of agents and unknown browsers reach nothing at all', () => {
    const contexts = sectionsOf('extensions.conf')
    expect(contexts.get('from-agent')).toEqual([])
    expect(contexts.get('from-nobody')).toEqual([])
  })

  it('leads trunks and citizens to our own numbers only, none by a pattern', () => {
    const contexts = sectionsOf('extensions.conf')
    for (const name of ['from-trunk', 'from-guest']) {
      const lines = contexts.get(name) ?? []
      expect(lines.length).toBeGreaterThan(20)
      for (const line of lines.filter((one) => one.startsWith('exten'))) expect(line).toMatch(/^exten => \+?\d+,1,Set/)
      const targets = stepsOf(lines).filter(({ app }) => app !== 'set')
      expect(new Set(targets.map(({ app, given }) => `${app} ${given}`))).toEqual(
        new Set([name === 'from-trunk' ? 'goto arrival,s,1' : 'goto guest,s,1']),
      )
    }
    expect(files.get('extensions.conf')).not.toMatch(/^\s*(?:include|switch|#include|#exec)/m)
  })
})

describe('around the dialplan', () => {
  it('no module is loaded that dials, forwards or runs commands', () => {
    // `res_pjsip_refer` refuses what no endpoint may do (below); without it a phone's REFER is not answered at all.
    const dials =
      /^(?:app_(?:dial|originate|followme|page|transfer|confbridge|externalivr|system|exec|alarmreceiver|disa|minivm|retrydial)|func_(?:shell|curl)|pbx_(?:spool|lua|ael|dundi|realtime|loopback)|res_clioriginate|res_agi|chan_(?:iax2|dahdi|motif))$/
    expect([...requiredModules, ...welcomeModules].filter((name) => dials.test(name))).toEqual([])
  })

  it('no feature key transfers, and the queue has no member of its own', () => {
    expect(files.get('features.conf')).not.toMatch(/^\s*(?:blindxfer|atxfer|\w+\s*=>)/m)
    expect(files.get('queues.conf')).not.toMatch(/^\s*(?:member|context)\s*=/m)
  })

  it('an endpoint stands in a context that leads nowhere outside, and none may transfer', () => {
    const phones = (['BROWSER', 'DESK', 'GUEST'] as const).map(
      (kind) => endpointObjects({ id: 'x', digest: 'd', kind, callerNumber: '1' }, { host: '127.0.0.1' }).endpoint,
    )
    for (const phone of phones) {
      expect(['from-agent', 'from-guest']).toContain(phone.context)
      expect(phone.allow_transfer).toBe('no')
    }
    const text = files.get('pjsip.conf') ?? ''
    expect(new Set([...text.matchAll(/^context\s*=\s*(\S+)/gm)].map((match) => match[1]))).toEqual(
      new Set(['from-nobody', 'from-trunk']),
    )
    expect(text).toMatch(/^allow_transfer = no$/m)
    const roots = text.split(/^(?=\[)/m).filter((part) => /^type\s*=\s*endpoint$/m.test(part))
    for (const root of roots) if (!/^\[[^\]]+\]\(\w/.test(root)) expect(root).toContain('allow_transfer = no')
    expect(text).not.toMatch(/^allow_transfer = yes$/m)
  })

  it('only trunks have a contact that can be called, where the site names one', () => {
    const contacts = [...(files.get('pjsip.conf') ?? '').matchAll(/^\[([^\]]+)\]\ntype = aor\ncontact = (\S+)$/gm)]
    expect(contacts.map(([, name, contact]) => [name, contact])).toEqual([
      ['trunk-carrier', 'sip:127.128.0.1:12352'],
      ['trunk-province', 'sip:127.128.0.1:12352'],
    ])
    expect([...(files.get('pjsip.conf') ?? '').matchAll(/^contact\s*=/gm)]).toHaveLength(2)
  })
})

it('without the sample’s program nobody can be called over a trunk of the sample', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hotline-render-'))
  const settings = { ...loadSettings({ HOTLINE_VAR: dir }), ariPassword: 'a', amiPassword: 'b' }
  try {
    await renderAsterisk(settings, requireSite(join(checkout, 'config')), null)
    expect(readFileSync(join(dir, 'asterisk/etc/pjsip.conf'), 'utf8')).not.toMatch(/^contact\s*=/m)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})
