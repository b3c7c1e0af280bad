import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { CallId } from '../../../platform/types.ts'
import type { Whose } from './whose.ts'

/** Calls that this page knows: that of the desk, and those of the drafts that were read. */
export const useWhose = defineStore('whose', () => {
  const known = shallowRef<ReadonlyMap<CallId, Whose>>(new Map())

  function learn(id: CallId, whose: Whose): void {
    known.value = new Map([...known.value, [id, whose]])
  }

  return { known, learn, forget: () => (known.value = new Map()) }
})
