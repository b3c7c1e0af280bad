import { ref } from 'vue'

/** How the call of this page's desk stands. Set by the desk, read by the shell. Apart, so that the shell stays small. */
const standing = ref({
  /** Who talks with a citizen cannot log out. */
  isInCall: false,
  /** The other end is heard in this browser at this moment. */
  soundArrives: false,
})

export function useCallStanding() {
  return standing
}
