import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { DeviceList, DeviceSecret, DeviceView } from '../../floor/agents/api.ts'
import { request, wordsOf } from '../api.ts'

/** Which of the agent's telephones rings: this browser, or a desk phone. */
export const useTelephones = defineStore('telephones', () => {
  const devices = ref<DeviceView[]>([])
  const failure = ref('')
  /** A desk phone that was just added; its secret is shown only now. */
  const secret = ref<DeviceSecret | null>(null)

  const deskPhone = computed(() => devices.value.find((one) => one.kind === 'DESK' && one.isChosen) ?? null)

  async function attempt(what: () => Promise<void>): Promise<void> {
    failure.value = ''
    try {
      await what()
    } catch (error) {
      failure.value = wordsOf(error)
    }
  }

  function load(): Promise<void> {
    return attempt(async () => {
      devices.value = (await request<DeviceList>('GET', '/api/devices')).devices
    })
  }

  function choose(id: string): Promise<void> {
    return attempt(async () => {
      devices.value = (await request<DeviceList>('POST', `/api/devices/${encodeURIComponent(id)}/choose`)).devices
    })
  }

  function add(label: string): Promise<void> {
    return attempt(async () => {
      secret.value = await request<DeviceSecret>('POST', '/api/devices', { label })
      devices.value = [...devices.value, secret.value.device]
    })
  }

  function withdraw(id: string): Promise<void> {
    return attempt(async () => {
      await request('DELETE', `/api/devices/${encodeURIComponent(id)}`)
      if (secret.value?.device.id === id) secret.value = null
      await load()
    })
  }

  return { devices, failure, secret, deskPhone, load, choose, add, withdraw }
})
