import { afterAll } from 'vitest'
import { isHotlineTaken } from './support/given.ts'

/** Runs last in each file: the next file on the same hotline finds it as the first one did. */
afterAll(async () => {
  if (!isHotlineTaken()) return
  const { nothingStays } = await import('./support/stays.ts')
  await nothingStays()
})
