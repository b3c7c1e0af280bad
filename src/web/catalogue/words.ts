import type { CatalogueRule } from '../../catalogue/rules/api.ts'
import { type Standing, targetTitles } from '../../catalogue/rules/rule.ts'

/** Rules in words. Pure. */

export const tones: Record<Standing, string> = { NOW: 'tone-ready', COMING: 'tone-talking', ENDED: 'tone-idle' }

type Facts = Pick<CatalogueRule, 'target' | 'unit' | 'coUnits'>

/** `属地工作站（后备 市城管局）`, `市人社局；协办 市医保局`. */
export function whereTo({ target, unit, coUnits }: Facts): string {
  const lead =
    target === 'UNIT'
      ? (unit?.name ?? '')
      : unit
        ? `${targetTitles[target]}（后备 ${unit.name}）`
        : targetTitles[target]
  return coUnits.length === 0 ? lead : `${lead}；协办 ${coUnits.map(({ name }) => name).join('、')}`
}

export function daysOf({
  effectiveFrom,
  effectiveTo,
}: {
  effectiveFrom: string | null
  effectiveTo: string | null
}): string {
  if (!effectiveFrom && effectiveTo === null) return '长期'
  return `${effectiveFrom || '一直'} 至 ${effectiveTo ?? '长期'}`
}
