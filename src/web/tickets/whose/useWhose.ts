import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { CallId } from '../../../platform/types.ts'
import type { Whose } from './whose.ts'

/** Calls known to this page: the desk's call, and those of the loaded drafts. */
export const useWhose = defineStore('whose', () => {
  const known = shallowRef<ReadonlyMap<CallId, Whose>>(new Map())

  function learn(id: CallId, whose: Whose): void {
    known.value = new Map([...known.value, [id, whose]])
  }

  return { known, learn, forget: () => (known.value = new Map()) }
})
