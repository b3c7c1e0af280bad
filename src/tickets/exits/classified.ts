/**
 * 分类处理: matters that the hotline does not handle itself. Each has something that is done, and words for the caller, not
 * a refusal. Pure: the web page imports this file too. Source: running rules 三(一); domain model 3.8; domain model 2, 0.4.
 */

/** What is done with it. */
export const actTitles = {
  CHANNEL: '告知法定渠道',
  TRANSFER: '转接',
  EXPLAIN: '解释说明',
  CLUE: '向公安移交线索',
} as const
export type Act = keyof typeof actTitles
export const acts = Object.keys(actTitles) as [Act, ...Act[]]

interface Classified {
  title: string
  act: Act
  /** What the caller may be told, to be made exact. */
  words: string
}

export const classes = {
  N01: {
    title: '涉诉或仲裁事项',
    act: 'CHANNEL',
    words:
      '您反映的事项已经或依法应当由法院、仲裁机构处理，热线不能介入审判、仲裁。请向办案法院或仲裁机构反映，诉讼服务热线 12368；需要法律援助请拨打 12348。',
  },
  N02: {
    title: '已进入信访程序',
    act: 'CHANNEL',
    words:
      '您反映的事项已进入信访程序，由信访机关依法办理，热线不重复受理。请到信访局接待窗口或国家信访局网上信访平台查询进展、补充材料。',
  },
  N03: {
    title: '涉军事项',
    act: 'CHANNEL',
    words: '您反映的事项涉及部队，请通过部队信访渠道反映；退役军人事务请联系户籍地退役军人服务中心（站）。',
  },
  N04: {
    title: '行政复议中',
    act: 'CHANNEL',
    words: '您反映的事项正在行政复议程序中，请向受理复议的机关（司法局行政复议机构）查询进展、补充材料。',
  },
  N05: {
    title: '归口中央部门垂直管理',
    act: 'TRANSFER',
    words:
      '您反映的事项由中央垂直管理部门负责，我为您转接（税务 12366、海关 12360、金融 12378 等）；也可直接拨打该号码。',
  },
  N06: {
    title: '纪检监察事项',
    act: 'CHANNEL',
    words:
      '您反映的是公职人员违纪违法问题，由纪检监察机关受理。请拨打 12388 或登录 12388 举报网站，举报人信息依法保密。',
  },
  N07: {
    title: '政府信息公开申请',
    act: 'CHANNEL',
    words: '申请政府信息公开，请向制作或保存该信息的机关提出，可在其网站“依申请公开”栏目填写，或当面、邮寄申请。',
  },
  N09: {
    title: '涉密、涉隐私或违背公序良俗',
    act: 'EXPLAIN',
    words: '您反映的内容涉及国家秘密、他人隐私或违背公序良俗，热线不能受理、答复，请您理解。',
  },
  N10: {
    title: '党委、人大、政协、法院、检察院事项',
    act: 'CHANNEL',
    words: '您反映的事项属于党委、人大、政协、法院或检察院职责，请向该机关反映（法院 12368、检察院 12309）。',
  },
  N11: {
    title: '同一事项在办或已依法办结，无新事实',
    act: 'EXPLAIN',
    words: '您反映的事项正在办理或已依法办结，办理情况为：……。如有新的事实和证据，请随时补充，我们会重新受理。',
  },
  N12: {
    title: '纯民事纠纷',
    act: 'CHANNEL',
    words: '您反映的是民事纠纷，政府部门不能裁决。建议先申请人民调解；也可拨打 12348 咨询法律，或依法向人民法院起诉。',
  },
  N13: {
    title: '不在本市范围',
    act: 'TRANSFER',
    words: '您反映的事项发生在外市，我为您转接当地 12345；也可加拨当地区号后拨打 12345。',
  },
  N14: {
    title: '无实质内容或骚扰',
    act: 'EXPLAIN',
    words: '您的来电没有具体诉求。热线资源有限，请把时间留给需要帮助的市民；多次恶意拨打将依法处理。',
  },
  N15: {
    title: '违法犯罪线索',
    act: 'CLUE',
    words: '您反映的情况涉嫌违法犯罪，我们会把线索移交公安机关；遇到紧急危险请立即拨打 110。',
  },
} as const satisfies Record<string, Classified>

export type ClassCode = keyof typeof classes
export const classCodes = Object.keys(classes) as [ClassCode, ...ClassCode[]]
export const classTitles = Object.fromEntries(classCodes.map((code) => [code, classes[code].title])) as Record<
  ClassCode,
  string
>
/** By code, what stands in the form until it is made exact. */
export const classWords: Readonly<Record<string, string>> = Object.fromEntries(
  classCodes.map((code) => [code, classes[code].words]),
)
export const classActs: Readonly<Record<string, string>> = Object.fromEntries(
  classCodes.map((code) => [code, classes[code].act]),
)
