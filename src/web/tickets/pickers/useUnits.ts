import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { UnitList } from '../../../catalogue/api.ts'
import { request, wordsOf } from '../../api.ts'

/** Units that accept tickets, and the counties: a few hundred rows that are read once. */
export const useUnits = defineStore('units', () => {
  const units = shallowRef<UnitList['units']>([])
  const counties = shallowRef<UnitList['counties']>([])
  const failure = shallowRef('')
  let asked: Promise<void> | null = null

  async function read(): Promise<void> {
    try {
      const list = await request<UnitList>('GET', '/api/units')
      units.value = list.units
      counties.value = list.counties
      failure.value = ''
    } catch (error) {
      failure.value = wordsOf(error)
      asked = null
    }
  }

  function load(): Promise<void> {
    asked ??= read()
    return asked
  }

  function nameOf(code: string): string {
    return units.value.find((unit) => unit.code === code)?.shortName ?? code
  }

  function kindOf(code: string): UnitList['units'][number]['kind'] | null {
    return units.value.find((unit) => unit.code === code)?.kind ?? null
  }

  return { units, counties, failure, load, nameOf, kindOf }
})
