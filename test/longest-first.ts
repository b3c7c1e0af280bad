import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that take long without being large. The others are sorted by size, or by the time that they took here the last
 * time; of two workers neither should begin a long one when the other has nothing left to do.
 */
const long = [
  'test/calls/crash.test.ts',
  'test/calls/silence.test.ts',
  'test/calls/parties.test.ts',
  'test/servers/platform/structure/killed.test.ts',
  'test/servers/roles/jobs.test.ts',
]

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = (file: TestSpecification) => long.findIndex((name) => file.moduleId.endsWith(name))
    const sorted = await super.sort(files)
    const [first, rest] = [sorted.filter((file) => rank(file) >= 0), sorted.filter((file) => rank(file) < 0)]
    return [...first.toSorted((a, b) => rank(a) - rank(b)), ...rest]
  }
}
