import { openDatabase } from '../../../platform/database/database.ts'
import type { UnitCode } from '../../../platform/types.ts'
import type { Hotline } from '../../setup/hotline.ts'
import { formOf, matterFor, newPhone } from './forms.ts'
import { browsersOf } from './people.ts'

/** Agents who submit tickets that the catalogue sends to one unit. */
export interface Intake {
  /** @returns its number. @throws Error when it is refused */
  handIn(): Promise<string>
  close(): void
}

const connections = 16

export async function openIntake(hotline: Hotline, unit: UnitCode): Promise<Intake> {
  const { db, close } = openDatabase(hotline.settings, { connections: 2 })
  const category = await matterFor(db, unit).finally(close)
  const agents = await browsersOf(hotline, ['AGENT', 'SUPERVISOR', 'DISPATCHER'], connections)
  return {
    async handIn() {
      const { status, body } = await agents.ask('POST', '/api/tickets', formOf(category, newPhone()))
      if (status !== 201) throw new Error(`${status} ${body}`)
      return (JSON.parse(body) as { number: string }).number
    },
    close: () => agents.close(),
  }
}
