import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { watchAnswers } from './api.ts'
import { syncWithAnswer } from './live/clock.ts'
import { makeRouter } from './router.ts'
import { leaveToInputMethod } from './ui/keys.ts'
import './styles.css'
import './ui/list/lists.css'

leaveToInputMethod(window)
watchAnswers(syncWithAnswer)
createApp(App).use(createPinia()).use(makeRouter()).mount('#app')
