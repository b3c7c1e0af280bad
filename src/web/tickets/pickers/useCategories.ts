import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { CategoryList } from '../../../catalogue/api.ts'
import type { Category } from '../../../catalogue/category.ts'
import { request, wordsOf } from '../../api.ts'

/** All matters: some hundreds of rows that are read once, so that every key searches without delay. */
export const useCategories = defineStore('categories', () => {
  const all = shallowRef<Category[]>([])
  const failure = shallowRef('')
  let asked: Promise<void> | null = null

  async function read(): Promise<void> {
    try {
      all.value = (await request<CategoryList>('GET', '/api/categories')).categories as Category[]
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

  const byCode = computed(() => new Map<string, Category>(all.value.map((category) => [category.code, category])))
  const find = (code: string): Category | undefined => byCode.value.get(code)

  return { all, failure, load, find }
})
