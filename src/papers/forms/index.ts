import type { PaperForm } from './form.ts'
import { returnForm } from './return.ts'
import { workOrder } from './work-order.ts'

/** The papers that can be printed of a ticket: a further one is a file beside these, its place here and its
 * name in `paper.ts`. */
export const paperForms: readonly PaperForm[] = [workOrder, returnForm]
