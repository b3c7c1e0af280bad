import { join } from 'node:path'
import type { z } from 'zod'
import { dialDigits } from '../directory/entry.ts'
import { ownNumber } from '../lines/dialled.ts'
import { normaliseNumber } from '../lines/number.ts'
import type { PromptId, SkillId } from '../platform/types.ts'
import { loadPlaces } from '../units/places-file.ts'
import { directoryFile, hotlineFile, menusFile, numbersFile, replyCheckFile, skillsFile, trunksFile } from './files.ts'
import { followUpFile } from './follow-up-file.ts'
import { doOverlap, isLoopbackNetwork, networkOf } from './network.ts'
import { readOversight } from './oversight-file.ts'
import { promptFaults } from './prompts.ts'
import type { Salvaged } from './salvage.ts'
import type { DirectorySeed, Line, Menu, Site } from './site.ts'
import { type Fault, type Path, type Reading, readYaml } from './yaml.ts'

export type { Fault } from './yaml.ts'

export interface LoadedSite {
  /** Null as long as there is any fault. */
  site: Site | null
  faults: Fault[]
  /** Networks of trunks that are this machine itself: right for a sample, wrong where others reach it. */
  loopbacks: Fault[]
}

/**
 * Reads the whole of `config/` and names every fault at once.
 * @param promptsDir when given, each named prompt must have a text or a playable sound there
 */
export function loadSite(configDir: string, promptsDir?: string): LoadedSite {
  const files = {
    hotline: readYaml(join(configDir, 'hotline.yaml'), hotlineFile),
    skills: readYaml(join(configDir, 'skills.yaml'), skillsFile),
    menus: readYaml(join(configDir, 'menus.yaml'), menusFile),
    trunks: readYaml(join(configDir, 'trunks.yaml'), trunksFile),
    numbers: readYaml(join(configDir, 'numbers.yaml'), numbersFile),
    directory: readYaml(join(configDir, 'directory.yaml'), directoryFile),
    replyCheck: readYaml(join(configDir, 'reply-check.yaml'), replyCheckFile),
    oversight: readOversight(join(configDir, 'oversight.yaml')),
    followUp: readYaml(join(configDir, 'follow-up.yaml'), followUpFile),
  }
  const ofPlaces = loadPlaces(configDir)
  const { hotline, skills, menus, trunks, numbers, directory } = files
  const faults = [
    ...Object.values(files).flatMap((file) => file.faults),
    ...ofPlaces.faults,
    ...doubles(skills, (file) => file.skills?.map((skill, index) => [skill?.id, ['skills', index, 'id']])),
    ...doubles(menus, (file) => file.menus?.map((menu, index) => [menu?.id, ['menus', index, 'id']])),
    ...doubles(trunks, (file) => file.trunks?.map((trunk, index) => [trunk?.name, ['trunks', index, 'name']])),
    ...doubles(hotline, (file) =>
      file.breakReasons?.map((reason, index) => [reason?.code, ['breakReasons', index, 'code']]),
    ),
    ...longWrapUp(hotline),
    ...overlaps(trunks),
    ...strayNumbers(numbers, hotline.known?.areaCode),
    ...strayEntries(directory, hotline.known?.areaCode),
    ...deadLinks(numbers, menus, skills),
    ...strayLines(hotline, numbers),
    ...(promptsDir === undefined ? [] : promptFaults(numbers, promptsDir)),
  ]
  const loopbacks = loopbacksIn(trunks)
  faults.sort((one, other) => one.file.localeCompare(other.file) || one.line - other.line)
  if (faults.length > 0 || !hotline.value || !skills.value || !menus.value || !trunks.value || !numbers.value) {
    return { site: null, faults, loopbacks }
  }
  const { replyCheck, oversight, followUp } = files
  if (!directory.value || !replyCheck.value || !oversight.value || !followUp.value)
    return { site: null, faults, loopbacks }
  const site: Site = {
    ...hotline.value,
    skills: skills.value.skills.map((skill) => ({ ...skill, id: skill.id as SkillId })),
    menus: menus.value.menus as Menu[],
    trunks: trunks.value.trunks,
    directory: entriesOf(directory.value),
    replyCheck: replyCheck.value,
    oversight: oversight.value.versions,
    places: ofPlaces.places,
    followUp: followUp.value,
    lines: numbers.value.lines.map(
      (line): Line => ({
        ...line,
        greeting: line.greeting as PromptId,
        skill: line.skill as SkillId,
        menu: line.menu ?? null,
        effectiveFrom: line.effectiveFrom ?? null,
        effectiveTo: line.effectiveTo ?? null,
      }),
    ),
  }
  return { site, faults, loopbacks }
}

/** @throws Error that lists every fault, for a role that was started by hand */
export function requireSite(configDir: string, promptsDir?: string): Site {
  const { site, faults } = loadSite(configDir, promptsDir)
  if (site) return site
  throw new Error(`site configuration:\n${faults.map((fault) => `  ${describe(fault)}`).join('\n')}`)
}

function describe(fault: Fault): string {
  return `${fault.file}:${fault.line}: ${fault.message}`
}

type FileOf<Schema extends z.ZodType> = Reading<z.output<Schema>>

function doubles<T>(
  file: Reading<T>,
  list: (known: Salvaged<T>) => [key: string | undefined, path: Path][] | undefined,
): Fault[] {
  const seen = new Set<string>()
  return (file.known ? (list(file.known) ?? []) : []).flatMap(([key, path]) => {
    if (key === undefined) return []
    if (seen.has(key)) return file.faultAt(path, `${key} is listed twice`)
    seen.add(key)
    return []
  })
}

function longWrapUp(file: FileOf<typeof hotlineFile>): Fault[] {
  const { wrapUpMs = 0, wrapUpCapMs = Number.POSITIVE_INFINITY } = file.known?.timings ?? {}
  if (wrapUpMs <= wrapUpCapMs) return []
  return [file.faultAt(['timings', 'wrapUpMs'], 'timings.wrapUpMs: must not be longer than wrapUpCapMs')]
}

/** An address must identify one trunk: the rights of a call depend on it. */
function overlaps(file: FileOf<typeof trunksFile>): Fault[] {
  const known = (file.known?.trunks ?? []).flatMap((trunk, trunkIndex) =>
    (trunk?.networks ?? []).flatMap((cidr, index) => {
      const network = cidr === undefined ? null : networkOf(cidr)
      const path: Path = ['trunks', trunkIndex, 'networks', index]
      return network ? { name: trunk?.name ?? 'another trunk', cidr, network, path } : []
    }),
  )
  return known.flatMap((one, index) => {
    const earlier = known.slice(0, index).find((other) => doOverlap(one.network, other.network))
    return earlier ? file.faultAt(one.path, `${one.cidr} overlaps ${earlier.cidr} of ${earlier.name}`) : []
  })
}

function loopbacksIn(file: FileOf<typeof trunksFile>): Fault[] {
  return (file.known?.trunks ?? []).flatMap((trunk, trunkIndex) =>
    (trunk?.networks ?? []).flatMap((cidr, index) => {
      if (cidr === undefined || !isLoopbackNetwork(cidr)) return []
      const message = `${cidr}: any program on this machine may call as ${trunk?.name}: remove it`
      return file.faultAt(['trunks', trunkIndex, 'networks', index], message)
    }),
  )
}

/** Numbers that cannot be distinguished, cannot be dialled, or whose days are reversed. */
function strayNumbers(file: FileOf<typeof numbersFile>, areaCode: string | undefined): Fault[] {
  const lines = file.known?.lines
  if (!lines) return []
  const faults: Fault[] = []
  const owners = new Map<string, string>()
  const claim = (number: string | undefined, owner: string, path: Path) => {
    if (number === undefined) return
    const earlier = owners.get(number)
    if (earlier) faults.push(file.faultAt(path, `${number} is already ${earlier}`))
    else owners.set(number, owner)
    if (areaCode !== undefined && normaliseNumber(number, areaCode).national !== number) {
      faults.push(file.faultAt(path, `${number}: not a number that can be dialled here; write it with its area code`))
    }
  }
  for (const [index, line] of lines.entries()) claim(line?.number, 'a line', ['lines', index, 'number'])
  for (const [index, line] of lines.entries()) {
    for (const [at, did] of (line?.landingDids ?? []).entries()) {
      const owner = line?.number ?? 'the line of another entry'
      claim(did, `a landing number of ${owner}`, ['lines', index, 'landingDids', at])
    }
    if (line?.effectiveFrom && line.effectiveTo && line.effectiveTo < line.effectiveFrom) {
      faults.push(file.faultAt(['lines', index, 'effectiveTo'], 'ends before it begins'))
    }
  }
  // An unreadable number may be the missing one.
  if (lines.every((line) => line?.number !== undefined && line.number !== ownNumber)) {
    faults.push(file.faultAt(['lines'], `${ownNumber} itself is missing`))
  }
  return faults
}

/** Numbers that cannot be dialled from here, or that are listed twice. */
function strayEntries(file: FileOf<typeof directoryFile>, areaCode: string | undefined): Fault[] {
  const seen = new Set<string>()
  return (['emergency', 'entries'] as const).flatMap((list) =>
    (file.known?.[list] ?? []).flatMap((entry, index) => {
      const number = entry?.number
      if (number === undefined) return []
      const path: Path = [list, index, 'number']
      if (areaCode !== undefined && dialDigits(number, areaCode) !== number) {
        return file.faultAt(path, `${number}: not a number that can be dialled here; write it with its area code`)
      }
      if (seen.has(number)) return file.faultAt(path, `${number} is listed twice`)
      seen.add(number)
      return []
    }),
  )
}

function entriesOf({ isSample, emergency, entries }: z.output<typeof directoryFile>): DirectorySeed[] {
  const always = { kind: 'EMERGENCY', hours: '24h', isSample: false } as const
  return [...emergency.map((entry) => ({ ...entry, ...always })), ...entries.map((entry) => ({ ...entry, isSample }))]
}

/** Skills and menus that are not defined. If their file cannot be read, that is reported already. */
/** Lines whose callers are asked, and that are none. */
function strayLines(hotline: FileOf<typeof hotlineFile>, numbers: FileOf<typeof numbersFile>): Fault[] {
  const known = numbers.known?.lines && new Set(numbers.known.lines.map((line) => line?.number))
  return (hotline.known?.survey?.lines ?? []).flatMap((line, index) =>
    known === undefined || known.has(line)
      ? []
      : hotline.faultAt(['survey', 'lines', index], `line ${line} is not in numbers.yaml`),
  )
}

function deadLinks(
  numbers: FileOf<typeof numbersFile>,
  menus: FileOf<typeof menusFile>,
  skills: FileOf<typeof skillsFile>,
): Fault[] {
  const faults: Fault[] = []
  const knownSkills = skills.known?.skills && new Set(skills.known.skills.map((skill) => skill?.id))
  const knownMenus = menus.known?.menus && new Set(menus.known.menus.map((menu) => menu?.id))
  const isStray = (name: string | undefined, known: Set<string | undefined> | undefined): boolean =>
    name !== undefined && known !== undefined && !known.has(name)
  for (const [index, line] of (numbers.known?.lines ?? []).entries()) {
    if (isStray(line?.skill, knownSkills)) {
      faults.push(numbers.faultAt(['lines', index, 'skill'], `skill ${line?.skill} is not in skills.yaml`))
    }
    if (isStray(line?.menu, knownMenus)) {
      faults.push(numbers.faultAt(['lines', index, 'menu'], `menu ${line?.menu} is not in menus.yaml`))
    }
  }
  for (const [index, menu] of (menus.known?.menus ?? []).entries()) {
    for (const [key, action] of Object.entries(menu?.keys ?? {})) {
      const skill = action?.do === 'queue' ? action.skill : undefined
      if (isStray(skill, knownSkills)) {
        faults.push(menus.faultAt(['menus', index, 'keys', key, 'skill'], `skill ${skill} is not in skills.yaml`))
      }
    }
  }
  return faults
}
