import { expect, test } from 'vitest'
import { retryOnDeadlock } from '../../../../src/platform/database/deadlock.ts'

const deadlock = Object.assign(new Error('Deadlock found when trying to get lock'), {
  code: 'ER_LOCK_DEADLOCK',
  sql: "insert into `citizens` (`phone`) values ('+8613912345678') on duplicate key update `id` = 1",
})
const failed = new Error('Failed query: insert into `citizens` …', { cause: deadlock })

/** Fails so often, then is done. */
function aWriter(failures: unknown[]) {
  const lines: object[] = []
  const left = [...failures]
  const written = retryOnDeadlock(
    async () => {
      if (left.length > 0) throw left.shift()
      return 'written'
    },
    { warn: (line: object) => void lines.push(line) },
  )
  return { written, lines }
}

test('whoever was undone for another writer begins again; the log names statement and table, and no value', async () => {
  const { written, lines } = aWriter([failed, deadlock])
  expect(await written).toBe('written')
  expect(lines).toEqual([
    { statement: 'insert citizens', tries: 1 },
    { statement: 'insert citizens', tries: 2 },
  ])
})

test('whoever meets others time and again gives up in the end, with the whole error', async () => {
  const { written, lines } = aWriter(Array.from({ length: 9 }, () => failed))
  await expect(written).rejects.toBe(failed)
  expect(lines).toHaveLength(4)
})

test('what fails for any other reason is not done again', async () => {
  const { written, lines } = aWriter([new Error('Duplicate entry')])
  await expect(written).rejects.toThrow('Duplicate entry')
  expect(lines).toEqual([])
})
