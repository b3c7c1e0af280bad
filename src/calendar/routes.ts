import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import type { Web } from '../platform/web/web.ts'
import { calendarView } from './api.ts'
import type { CalendarYear, DayKind, WorkingTime } from './calendar.ts'
import { awaitedYears, readYears } from './store.ts'

/** The working days, for pages that say how much time is left. */
export function routeCalendar(web: Web, parts: { db: Db; guard: Guard; workingTime: WorkingTime }): void {
  const { db, guard, workingTime } = parts

  web.get(
    '/api/calendar',
    {
      // Administrators, who read no tickets, load the years.
      onRequest: guard.needs(),
      schema: {
        operationId: 'readCalendar',
        tags: ['calendar'],
        summary: 'working days of the loaded years',
        response: { 200: calendarView },
      },
    },
    async () => {
      const [years, awaited] = await Promise.all([readYears(db), awaitedYears(db)])
      const { policy, officeHours } = workingTime
      return {
        years: years.map(({ year, version, source, days }) => ({
          ...{ year, version, source },
          holidays: daysOf(days, 'HOLIDAY'),
          makeUpDays: daysOf(days, 'MAKE_UP'),
        })),
        awaited,
        workingTime: { policy, officeHours: officeHours.map(({ from, hours }) => ({ from, hours: [...hours] })) },
      }
    },
  )
}

function daysOf(days: CalendarYear['days'], kind: DayKind): string[] {
  return days.filter((day) => day.kind === kind).map((day) => day.date)
}
