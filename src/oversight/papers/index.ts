import type { CaseForm } from './form.ts'
import { letterForm } from './letter.ts'
import { orderForm } from './order.ts'
import { reportForm } from './report.ts'
import { siteForm } from './site.ts'
import { talkNotice, talkRecord } from './talk.ts'
import { urgeForm } from './urge.ts'

/** What is printed of papers of supervision: a further one is a file beside these, its place here and its name in
 * `src/papers/paper.ts`. */
export const printedForms: readonly CaseForm[] = [
  ...[orderForm, urgeForm, letterForm, talkNotice],
  ...[talkRecord, reportForm, siteForm],
]
