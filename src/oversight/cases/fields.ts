/** What each paper of supervision says, and what is answered to it. Pure. Source: domain model 2, 4.3. */

export const caseKinds = ['ORDER', 'URGE', 'LETTER', 'TALK', 'REPORT', 'SITE'] as const
export type CaseKind = (typeof caseKinds)[number]
export const caseTitles: Record<CaseKind, string> = {
  ORDER: '督办单',
  URGE: '催办单',
  LETTER: '提醒函',
  TALK: '约谈',
  REPORT: '呈阅件',
  SITE: '现场办公',
}

export const textTitles = {
  facts: '事实',
  done: '已做工作',
  demand: '督办要求',
  basis: '依据',
  figures: '数据（与同类单位比较）',
  items: '存在问题',
  agenda: '约谈事项',
  place: '地点',
  addressee: '呈送领导',
  matter: '事由',
  people: '涉及群众',
  positions: '各方意见',
  options: '建议方案',
  attendees: '参加人员',
  findings: '现场情况',
  decisions: '议定事项',
  owner: '责任人',
  points: '谈话要点',
  commitments: '承诺事项',
  measures: '采取措施',
  result: '办理结果',
  evidence: '佐证材料',
  signature: '签字人',
} as const
export type TextField = keyof typeof textTitles
export const textFields = Object.keys(textTitles) as [TextField, ...TextField[]]
export type Texts = Partial<Record<TextField, string>>

/** One line each; all others are of many. */
export const shortFields: readonly TextField[] = ['place', 'addressee', 'owner', 'signature']
export const longest = { short: 100, long: 2_000, subject: 200, leader: 64 }

interface Form {
  /** Before it is issued. The first ones are required. */
  required: readonly TextField[]
  optional: readonly TextField[]
  /** Of a talk: what is written down when it was held. */
  record: readonly TextField[]
  /** What the unit says; of a paper to a leader: what the hotline reports back. */
  answer: readonly TextField[]
  /** What `dueAt` says; null: it has none of its own. */
  due: string | null
  /** What `meetAt` says; null: nobody meets. */
  meet: string | null
  /** It goes to a unit, and not to a leader. */
  isToUnit: boolean
}

export const caseForms: Record<CaseKind, Form> = {
  ORDER: {
    required: ['facts', 'demand', 'basis'],
    ...{ optional: ['done'], record: [], answer: ['measures', 'result', 'evidence', 'signature'] },
    ...{ due: '答复期限', meet: null, isToUnit: true },
  },
  URGE: {
    required: ['demand'],
    ...{ optional: [], record: [], answer: ['measures'], due: '办理期限', meet: null, isToUnit: true },
  },
  LETTER: {
    required: ['figures', 'items', 'demand'],
    ...{ optional: [], record: [], answer: ['measures', 'signature'], due: '答复期限', meet: null, isToUnit: true },
  },
  TALK: {
    required: ['agenda', 'place'],
    ...{ optional: [], record: ['attendees', 'points', 'commitments'], answer: ['result', 'signature'] },
    ...{ due: '承诺期限', meet: '约谈时间', isToUnit: true },
  },
  REPORT: {
    required: ['addressee', 'matter', 'people', 'options'],
    ...{ optional: ['positions'], record: [], answer: ['result'], due: '请于何时批回', meet: null, isToUnit: false },
  },
  SITE: {
    required: ['place', 'attendees', 'findings', 'decisions', 'owner'],
    ...{ optional: [], record: [], answer: ['result', 'signature'] },
    ...{ due: '完成期限', meet: '现场办公时间', isToUnit: true },
  },
}

/** Fields that the paper itself may have, in their order. */
export const fieldsOf = (kind: CaseKind): readonly TextField[] => [
  ...caseForms[kind].required,
  ...caseForms[kind].optional,
]
