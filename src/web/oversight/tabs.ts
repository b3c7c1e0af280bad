import type { Right } from '../../people/person.ts'

/** Pages of 督办, in their order. */
export const tabs: readonly { path: string; title: string; right: Right }[] = [
  { path: '/oversight/units', title: '单位超期', right: 'oversight.read' },
  { path: '/oversight/alerts', title: '督办预警', right: 'oversight.read' },
  { path: '/oversight/cases', title: '督办文书', right: 'oversight.read' },
  { path: '/oversight/batches', title: '移送批次', right: 'oversight.read' },
  { path: '/oversight/13710', title: '13710 事项', right: 'cases13710.read' },
  { path: '/oversight/signals', title: '情况上报', right: 'oversight.keep' },
  { path: '/oversight/rules', title: '触发条件', right: 'oversight.read' },
]
