import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { watchAnswers } from './api.ts'
import { leaveToInputMethod } from './keys.ts'
import { syncWithAnswer } from './live/clock.ts'
import { makeRouter } from './router.ts'
import './styles.css'

leaveToInputMethod(window)
watchAnswers(syncWithAnswer)
createApp(App).use(createPinia()).use(makeRouter()).mount('#app')
