import { z } from 'zod'
import { branded } from '../platform/text/codes.ts'
import type { UnitCode } from '../platform/types.ts'
import { day, text, whole } from '../site/files.ts'
import { urgencies } from '../tickets/life/ticket.ts'
import { assessClasses, unitKinds } from '../units/unit.ts'
import { ruleTargets } from './catalogue.ts'

/** `config/units.yaml`, `categories.yaml` and `catalogue.yaml` and their contents. Every scalar arrives as text. */

const unitKey = branded<UnitCode>(
  z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'lower-case letters, digits and -, at most 32, a letter first'),
)
const county = z.string().regex(/^\d{4}[0-9A-Z]{2}$/, 'a code like 140403 or 1404GX')
const twoDigits = z.string().regex(/^(?!00)\d{2}$/, 'two digits, 01 to 99')
const category = z.string().regex(/^(?!00)\d{2}(0000|(?!00)\d{2}(00|\d{2}))$/, 'a code like 010203, 010200 or 010000')
const yes = z.enum(['true', 'false'], 'true or false').transform((value) => value === 'true')
const words = (longest: number) => z.string().trim().max(longest, `at most ${longest} characters`)

export const unitsFile = z.strictObject({
  isSample: yes.default(false),
  counties: z
    .array(
      z.strictObject({
        code: county,
        name: text,
        population: whole(1, 999_999_999).optional(),
        former: z.array(county).default([]),
      }),
    )
    .min(1),
  units: z
    .array(
      z.strictObject({
        code: unitKey,
        name: text,
        shortName: z.string().trim().min(1, 'must not be empty').max(32, 'at most 32 characters'),
        kind: z.enum(unitKinds, `one of ${unitKinds.join(', ')}`),
        assessClass: z.enum(assessClasses, `one of ${assessClasses.join(', ')}`),
        parent: unitKey.optional(),
        county: county.optional(),
        regulator: unitKey.optional(),
        duties: words(512).default(''),
        phone: z
          .string()
          .regex(/^[\d -]{3,24}$/, 'digits, with - or spaces between')
          .optional(),
        email: z.email('an address like jbk@example.gov.cn').max(190).optional(),
      }),
    )
    .min(1),
})

export const categoriesFile = z.strictObject({
  isSample: yes.default(false),
  categories: z
    .array(
      z.strictObject({
        code: twoDigits,
        name: text,
        groups: z
          .array(
            z.strictObject({
              code: twoDigits,
              name: text,
              matters: z
                .array(
                  z.strictObject({
                    code: twoDigits,
                    name: text,
                    words: words(512).default(''),
                    hints: words(1024).default(''),
                    urgency: z.enum(urgencies, 'P1, P2 or P3').optional(),
                    statutoryDays: whole(1, 365).optional(),
                  }),
                )
                .min(1),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
})

export const catalogueFile = z.strictObject({
  isSample: yes.default(false),
  rules: z.array(
    z.strictObject({
      key: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'lower-case letters, digits and -, at most 64, a letter first'),
      title: text.max(32, 'at most 32 characters'),
      category,
      county: county.optional(),
      target: z.enum(ruleTargets, `one of ${ruleTargets.join(', ')}`),
      unit: unitKey.optional(),
      coUnits: z.array(unitKey).default([]),
      priority: whole(0, 999).default(0),
      effectiveFrom: day.optional(),
      effectiveTo: day.optional(),
      basis: words(255).default(''),
    }),
  ),
})
