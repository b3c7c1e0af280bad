import { ref } from 'vue'

/**
 * State of the call of this page's desk. Set by the desk, read by the shell. Separate, so that the shell stays small.
 */
const standing = ref({
  /** No log-out during a talk with a citizen. */
  isInCall: false,
  /** The other end is heard in this browser at this moment. */
  soundArrives: false,
  /** Which call the desk shows and how far it has come: its ticket shows it as well. */
  call: '',
})

export function useCallStanding() {
  return standing
}
