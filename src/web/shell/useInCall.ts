import { ref } from 'vue'

/** Set by the desk, read by the shell: who talks with a citizen cannot log out. Apart, so that the shell stays small. */
const inCall = ref(false)

export function useInCall() {
  return inCall
}
