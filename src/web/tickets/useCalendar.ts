import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { CalendarView } from '../../calendar/api.ts'
import { type Calendar, calendarOf, yearOfNotice } from '../../calendar/calendar.ts'
import { yearMissingInWords } from '../../calendar/time-left.ts'
import { request } from '../api.ts'

const unknown: Calendar = calendarOf([], { policy: 'END_OF_DAY', officeHours: [] })

/** The working days, for the time left. Until they are loaded natural days are shown, which are correct, too. */
export const useCalendar = defineStore('calendar', () => {
  const calendar = shallowRef<Calendar>(unknown)
  const awaited = ref<number[]>([])
  let asked: Promise<void> | null = null

  async function read(): Promise<void> {
    try {
      const view = await request<CalendarView>('GET', '/api/calendar')
      calendar.value = calendarOf(view.years.map(yearFrom), view.workingTime)
      awaited.value = view.awaited
    } catch {
      // The next list that is opened tries again.
      asked = null
    }
  }

  function load(): Promise<void> {
    asked ??= read()
    return asked
  }

  /** The text shown when a due date cannot be computed. */
  function markInWords(): string {
    const [year] = awaited.value
    return year === undefined ? '期限待定：工作日历尚未载入' : yearMissingInWords(year)
  }

  return { calendar, load, markInWords }
})

function yearFrom({ holidays, makeUpDays, ...year }: CalendarView['years'][number]) {
  return yearOfNotice({
    ...year,
    holidays: holidays.map((day) => ({ name: '', from: day, to: day })),
    makeUpDays: makeUpDays.map((date) => ({ date, for: '' })),
  })
}
