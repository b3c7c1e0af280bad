import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { CallActionName, NewParty, PartyAdded, PartyChange } from '../../../calls/acting/api.ts'
import type { CallId } from '../../../platform/types.ts'
import { request, wordsOf } from '../../api.ts'
import { useLive } from '../../live/useLive.ts'
import { useDeskSocket } from '../useDeskSocket.ts'
import { meaningOf, type PartyControl, partyControls } from './meaning.ts'
import { usePicker } from './usePicker.ts'

/** What the agent does with a call of more than two: asked of the server, which tells by the call's events what came of it. */
export const useParties = defineStore('parties', () => {
  const socket = useDeskSocket()
  const live = useLive()
  const picker = usePicker()
  const failure = ref('')
  const running = ref<string | null>(null)
  /** The result that was read and put away. */
  const read = ref('')

  const me = computed(() => socket.view.me?.id ?? null)
  const call = computed(() => socket.view.call)
  const meanings = computed(() => {
    const all = partyControls.map((control) => [control, meaningOf(control, call.value, me.value)] as const)
    return Object.fromEntries(all) as Record<PartyControl, ReturnType<typeof meaningOf>>
  })
  const isLive = computed(() => live.state === 'on' && socket.state === 'open')

  const result = computed(() => {
    const found = call.value?.lastResult ?? null
    return found && `${found.party} ${found.at}` !== read.value ? found : null
  })

  async function send(what: string, ask: (id: CallId) => Promise<unknown>): Promise<void> {
    const id = call.value?.id
    if (id === undefined || running.value !== null) return
    running.value = what
    failure.value = ''
    try {
      await ask(id)
    } catch (error) {
      failure.value = wordsOf(error)
    } finally {
      running.value = null
    }
  }

  const act = (action: CallActionName) => send(action, (id) => request('POST', `/api/calls/${id}/actions`, { action }))
  const change = (party: string, wanted: PartyChange) =>
    send(party, (id) => request('PATCH', `/api/calls/${id}/parties/${encodeURIComponent(party)}`, wanted))
  const drop = (party: string) =>
    send(party, (id) => request('DELETE', `/api/calls/${id}/parties/${encodeURIComponent(party)}`))

  /** Takes this number of the directory into the talk. */
  const invite = (number: string) =>
    send('emergency', (id) => {
      const body: NewParty = { to: { kind: 'outside', number }, mode: 'three-way' }
      return request<PartyAdded>('POST', `/api/calls/${id}/parties`, body)
    })

  function run(control: PartyControl): void {
    const meaning = meanings.value[control]
    const id = call.value?.id
    if (meaning === null || id === undefined) return
    if (meaning.does === 'act') {
      picker.close()
      void act(meaning.action)
      return
    }
    const { opened } = picker
    // The same key closes what it opened.
    if (opened?.mode === meaning.mode && opened.isEmergency === meaning.isEmergency) picker.close()
    else picker.open(id, meaning.mode, meaning.isEmergency)
  }

  /** What was told is read. */
  function putAway(): void {
    failure.value = ''
    const found = call.value?.lastResult
    if (found) read.value = `${found.party} ${found.at}`
  }

  return { me, meanings, isLive, result, failure, running, run, invite, change, drop, putAway }
})
