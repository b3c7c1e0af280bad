import { computed, ref, watch } from 'vue'

export type ThemeChoice = 'auto' | 'light' | 'dark'

const key = 'hotline.theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = ref(system.matches)
system.addEventListener('change', ({ matches }) => {
  systemIsDark.value = matches
})

const kept = localStorage.getItem(key)
export const themeChoice = ref<ThemeChoice>(kept === 'light' || kept === 'dark' ? kept : 'auto')
export const isDark = computed(() => (themeChoice.value === 'auto' ? systemIsDark.value : themeChoice.value === 'dark'))

watch(
  isDark,
  (dark) => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  },
  { immediate: true },
)
watch(themeChoice, (choice) => localStorage.setItem(key, choice))
