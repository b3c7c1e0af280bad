import { extensionForm } from './extension.ts'
import { finalAnswerForm } from './final-answer.ts'
import type { PaperForm } from './form.ts'
import { promiseForm } from './promise.ts'
import { ratingLetter } from './rating-letter.ts'
import { returnForm } from './return.ts'
import { terminationForm } from './termination.ts'
import { workOrder } from './work-order.ts'

/** The papers that can be printed of a ticket: a further one is a file beside these, its place here and its
 * name in `paper.ts`. */
export const paperForms: readonly PaperForm[] = [
  ...[workOrder, returnForm, extensionForm],
  ...[promiseForm, finalAnswerForm, terminationForm, ratingLetter],
]
