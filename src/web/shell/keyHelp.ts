import type { Right } from '../../people/person.ts'
import { exchangeKey, keyLabels } from '../desk/shortcuts.ts'
import { forms } from '../tickets/steps/actionForms.ts'
import { actionTitles } from '../tickets/words.ts'

/** Every key of the pages, for those who may use it. Pure. */

export interface KeySection {
  title: string
  keys: { key: string; means: string }[]
}

/** The steps of a ticket that people with these rights may take. */
function stepKeys(has: (right: Right) => boolean) {
  const isUnit = has('unit')
  const mayAct = {
    ...{ LEAD_UNIT: isUnit, UNIT_IN_CHARGE: isUnit, PART_UNIT: isUnit, DISPATCHER: has('dispatch') },
    // People of the follow-up act with tickets and are neither of a unit nor write new ones.
    ...{
      HOTLINE: has('tickets.write'),
      FOLLOW_UP: has('tickets.act') && !isUnit && !has('tickets.write'),
      SYSTEM: false,
    },
  }
  const mine = forms.filter(({ who }) => who.some((capacity) => mayAct[capacity]))
  // One key for the same of a ticket and of a part of it.
  return [...new Set(mine.map(({ form }) => form.key))].map((key) => ({
    key,
    means: mine.flatMap(({ kind, form }) => (form.key === key ? actionTitles[kind] : [])).join('、'),
  }))
}

export function keySections(has: (right: Right) => boolean): KeySection[] {
  const isOfWorklist = has('unit') || has('dispatch')
  const sections: (KeySection | false)[] = [
    has('desk') && {
      title: '电话',
      keys: [
        { key: `空格 或 ${keyLabels.answer}`, means: '接听' },
        { key: keyLabels.mute, means: '静音' },
        { key: keyLabels.hold, means: '保持、恢复' },
        { key: keyLabels.keypad, means: '键盘，Esc 关闭' },
        { key: keyLabels.transfer, means: '转接；咨询接通后转出，三方时退出' },
        { key: keyLabels.consult, means: '咨询；再按收回' },
        { key: keyLabels.join, means: '三方通话' },
        { key: keyLabels.swap, means: '在市民与被咨询方之间切换' },
        { key: keyLabels.emergency, means: '紧急三方：110、119、120、122' },
        { key: exchangeKey, means: '把诉求移交省平台，或退回' },
        { key: `${keyLabels.hangup} 两次`, means: '挂机' },
        { key: keyLabels.ready, means: '示闲；整理时为完成' },
        { key: keyLabels.extend, means: '整理延长 30 秒' },
        { key: 'O', means: '外呼：本页或所选一行的市民、单位' },
        { key: '1 – 9', means: '外呼之后，或没有登记时，选择通话结果' },
      ],
    },
    has('tickets.write') && {
      title: '登记',
      keys: [
        { key: 'Ctrl+Enter', means: '派单' },
        { key: 'Ctrl+D', means: '直办' },
        { key: 'Alt+1 – 3', means: '选用推荐的事项' },
        { key: 'Alt+A', means: '附到可能重复的工单，不另建单' },
        { key: 'Alt+N', means: '新建工单、再建一单' },
        ...(has('desk') ? [{ key: 'Alt+U', means: '给来电人的在办工单催办' }] : []),
      ],
    },
    isOfWorklist && {
      title: '工单',
      keys: [
        { key: 'J K', means: '下一张、上一张' },
        ...stepKeys(has),
        ...(has('dispatch') ? [{ key: 'Z', means: '撤销刚才的办结' }] : []),
        ...(has('dispatch') ? [{ key: 'Q', means: '认领、放弃认领、接手' }] : []),
        { key: ',', means: '选中、不选这张，批量用' },
        { key: '.', means: '全选、全不选' },
        { key: ';', means: '批量做选中的' },
        { key: 'Ctrl+Enter', means: '提交' },
        { key: 'Esc', means: '收起' },
      ],
    },
    { title: '随处', keys: [{ key: '?', means: '本表' }] },
  ]
  return sections.filter((section): section is KeySection => section !== false)
}
