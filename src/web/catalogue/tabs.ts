import type { Right } from '../../people/person.ts'

/** Pages of 权责, in their order. */
export const tabs: readonly { path: string; title: string; right: Right }[] = [
  { path: '/catalogue/rules', title: '权责清单', right: 'catalogue.read' },
  { path: '/catalogue/review', title: '缺口与冲突', right: 'catalogue.read' },
  { path: '/catalogue/disputes', title: '争议与联席会议', right: 'disputes.read' },
  { path: '/catalogue/proposals', title: '待批规则', right: 'catalogue.read' },
  { path: '/catalogue/learner', title: '往单参考', right: 'catalogue.edit' },
]
