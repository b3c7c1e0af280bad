import type { TurnNow } from '../../workstations/api.ts'
import { shiftTitles } from '../../workstations/roster.ts'
import { formatClock } from '../ui/format.ts'

/** Who answers now, in one line: `白班至 18:00 秦晓东 0355-5552020`. */
export function turnInWords({ shift, until, isExpected, duty }: TurnNow): string {
  const turn = `${shiftTitles[shift]}至 ${formatClock(until).slice(0, 5)}`
  if (duty) return `${turn}　${duty.name}　${duty.phone}`
  return isExpected ? `${turn}　无人值班` : '夜间不值守'
}
