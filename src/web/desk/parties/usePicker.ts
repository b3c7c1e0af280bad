import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { NewParty, PartyAdded } from '../../../calls/acting/api.ts'
import type { PartyMode } from '../../../calls/machine/party.ts'
import type { DirectoryEntryView, DirectoryList } from '../../../directory/api.ts'
import type { Colleague, ColleagueList } from '../../../floor/api.ts'
import type { CallId } from '../../../platform/types.ts'
import { request, wordsOf } from '../../api.ts'
import { useSession } from '../../session/useSession.ts'
import { rowsFor, stepRow, type TargetRow } from './targets.ts'

/** Until the typing pauses. */
const quietMs = 120
const mostEntries = 50

/** The list of whom to bring into the call: opened by a key, over the page, which keeps its caret and its text. */
export const usePicker = defineStore('target-picker', () => {
  const session = useSession()
  const opened = ref<{ callId: CallId; mode: PartyMode; isEmergency: boolean } | null>(null)
  const typed = ref('')
  const at = ref(0)
  const failure = ref('')
  const isSending = ref(false)
  const colleagues = shallowRef<Colleague[]>([])
  const entries = shallowRef<DirectoryEntryView[]>([])
  /** Neither of the two lists has come yet. */
  const isLoading = ref(false)
  let asked = 0
  let timer: number | undefined
  /** Where the agent was typing. */
  let before: HTMLElement | null = null

  const rows = computed((): TargetRow[] => {
    if (!opened.value) return []
    const { mode, isEmergency } = opened.value
    const skills = session.view?.site.skills ?? []
    const site = { colleagues: isEmergency ? [] : colleagues.value, skills: isEmergency ? [] : skills }
    // Those have keys of their own, and would only be in the way here.
    const isMeant = ({ kind }: DirectoryEntryView) => isEmergency || typed.value !== '' || kind !== 'EMERGENCY'
    return rowsFor(mode, typed.value, { ...site, entries: entries.value.filter(isMeant) })
  })
  /** Of colleagues, by 工号, as last seen. */
  const names = computed(() => new Map(colleagues.value.map(({ number, name }) => [number, name])))
  /** What Enter takes. */
  const chosen = computed(() => rows.value[at.value] ?? null)

  function open(callId: CallId, mode: PartyMode, isEmergency: boolean): void {
    if (opened.value === null && document.activeElement instanceof HTMLElement) before = document.activeElement
    opened.value = { callId, mode, isEmergency }
    typed.value = ''
    at.value = 0
    failure.value = ''
    entries.value = []
    isLoading.value = true
    void load()
  }

  async function load(): Promise<void> {
    const readColleagues = request<ColleagueList>('GET', '/api/floor/colleagues').then((list) => {
      colleagues.value = list.colleagues
    })
    const results = await Promise.allSettled([readColleagues, search()])
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) failure.value = wordsOf(failed.reason)
    isLoading.value = false
    toFirst()
  }

  /** @throws ApiError */
  async function search(): Promise<void> {
    asked += 1
    const mine = asked
    const ask = new URLSearchParams({ q: typed.value.trim(), limit: String(mostEntries) })
    if (opened.value?.isEmergency) ask.set('kind', 'EMERGENCY')
    const list = await request<DirectoryList>('GET', `/api/directory?${ask}`)
    if (mine !== asked) return
    entries.value = list.entries
    toFirst()
  }

  watch(typed, () => {
    toFirst()
    window.clearTimeout(timer)
    if (opened.value === null) return
    timer = window.setTimeout(() => {
      search().catch((error: unknown) => {
        failure.value = wordsOf(error)
      })
    }, quietMs)
  })

  function toFirst(): void {
    at.value = Math.max(0, stepRow(rows.value, -1, 1))
  }
  function step(by: 1 | -1): void {
    at.value = stepRow(rows.value, at.value, by)
  }

  async function take(row: TargetRow | null): Promise<void> {
    if (!opened.value || row === null || row.isOff || isSending.value) return
    const { callId, mode } = opened.value
    const body: NewParty = { to: row.to, mode }
    isSending.value = true
    failure.value = ''
    try {
      await request<PartyAdded>('POST', `/api/calls/${callId}/parties`, body)
      close()
    } catch (error) {
      failure.value = wordsOf(error)
    } finally {
      isSending.value = false
    }
  }

  /** @returns whether it was open; the focus is again where the agent was typing */
  function close(): boolean {
    const wasOpen = opened.value !== null
    opened.value = null
    window.clearTimeout(timer)
    if (wasOpen && before?.isConnected) before.focus()
    before = null
    return wasOpen
  }

  return { opened, typed, at, rows, names, chosen, failure, isSending, isLoading, open, step, take, close }
})
