import { ref, shallowRef } from 'vue'
import type { EmergencyNumber } from '../../tickets/life/emergency.ts'

/**
 * Brings an emergency service into the call of this page's desk; null while there is no call, or it accepts no further
 * party. Set by the desk, used where words of danger are typed: the form does not know the desk.
 */
const ring = shallowRef<((number: EmergencyNumber) => void) | null>(null)

export function useEmergencyCall() {
  return ring
}

/** Counts how often an emergency service came into the desk's call, picked up, or left it. */
const signs = ref(0)

export function useEmergencySigns() {
  return signs
}
