import { expect, test } from 'vitest'
import { subjectOnPaper } from '../../../src/oversight/cases/begin.ts'

const content = '合同约定去年12月交房，到现在电梯和消防都没有验收，开发商只说再等等，一百多户业主很着急。'

test.each([
  [
    '合同约定去年12月交房，到现在电梯和消防都没有验收，开发商只说再等等，一百多户业',
    content,
    '合同约定去年12月交房，到现在电梯和消防都没有验收，开发商只说再等等',
  ],
  ['合同约定去年12月交房', content, '合同约定去年12月交房'],
  ['逾期交房。', content, '逾期交房'],
  [content, content, content.slice(0, -1)],
  ['没有标点的一句长话', '没有标点的一句长话还没有说完', '没有标点的一句长话'],
])('%s names its matter by whole clauses', (title, content, subject) => {
  expect(subjectOnPaper({ title, content })).toBe(subject)
})
