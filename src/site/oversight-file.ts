import { z } from 'zod'
import { type Level, levels, type TriggerRules, triggerIds } from '../oversight/triggers/trigger.ts'
import { urgencies } from '../tickets/life/words.ts'
import { day, text, whole, yes } from './files.ts'
import { type Fault, type Path, type Reading, readYaml } from './yaml.ts'

/** `config/oversight.yaml`: when supervision begins. Every scalar arrives as text. */

const level = z.enum(levels, `one of ${levels.join(', ')}`)
const rule = { level, act: text, isOn: yes.default(true) }
const ordinary = z.strictObject(rule)
const percent = whole(1, 100)
const urgency = z.enum(urgencies, `one of ${urgencies.join(', ')}`)
const hours = whole(1, 24 * 31)

const triggers = z.strictObject({
  ...{ T01: ordinary, T02: ordinary, T03: ordinary, T05: ordinary, T08: ordinary, T10: ordinary },
  ...{ T11: ordinary, T12: ordinary, T16: ordinary },
  T04: z.strictObject({
    ...rule,
    workingDays: whole(1, 60),
    urgent: z.array(urgency),
    answerHours: z.strictObject({ P1: hours, P2: hours, P3: hours }),
  }),
  T06: z.strictObject({ ...rule, problemRedos: whole(1, 20), problemLevel: level }),
  T07: z.strictObject({ ...rule, returns: whole(1, 20) }),
  T09: z.strictObject({
    ...rule,
    ...{ callers: whole(2, 10_000), hours: whole(1, 168), callersLong: whole(2, 10_000), daysLong: whole(1, 31) },
  }),
  T13: z.strictObject({ ...rule, tags: z.array(text) }),
  T14: z.strictObject({ ...rule, signRate: percent, onTimeRate: percent, leastTickets: whole(1, 1_000) }),
  T15: z.strictObject({ ...rule, letters: whole(1, 20) }),
})

const oversightFile = z.strictObject({
  versions: z
    .array(z.strictObject({ version: whole(1, 10_000), effectiveFrom: day, source: text, triggers }))
    .min(1, 'at least one version'),
})

/** Of these the level says to whom it goes: about a ticket no letter is written, about a unit no 督办单. */
const aboutUnits: readonly string[] = ['T14', 'T15']

export function readOversight(file: string): Reading<{ versions: TriggerRules[] }> {
  const reading = readYaml(file, oversightFile)
  return { ...reading, faults: [...reading.faults, ...strayVersions(reading)] }
}

function strayVersions({ known, faultAt }: Reading<z.output<typeof oversightFile>>): Fault[] {
  return (known?.versions ?? []).flatMap((one, at, all) => {
    const before = all[at - 1]
    const path = (name: string): Path => ['versions', at, name]
    const faults: Fault[] = []
    if (one?.version !== undefined && one.version !== at + 1) {
      faults.push(faultAt(path('version'), `versions are counted from 1 on: this is ${at + 1}`))
    }
    if (one?.effectiveFrom && before?.effectiveFrom && one.effectiveFrom <= before.effectiveFrom) {
      faults.push(
        faultAt(path('effectiveFrom'), `must be after ${before.effectiveFrom}, the day of the version before`),
      )
    }
    for (const id of triggerIds) {
      const found: Level | undefined = one?.triggers?.[id]?.level
      if (found === undefined) continue
      const isOfUnit = found === 'LETTER' || found === 'TALK'
      if (isOfUnit === aboutUnits.includes(id)) continue
      const message = isOfUnit ? 'about a ticket: one of L0 to L3' : 'about a unit: LETTER or TALK'
      faults.push(faultAt(['versions', at, 'triggers', id, 'level'], message))
    }
    return faults
  })
}
