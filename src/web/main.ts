import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { leaveToInputMethod } from './keys.ts'
import { makeRouter } from './router.ts'
import './styles.css'

leaveToInputMethod(window)
createApp(App).use(createPinia()).use(makeRouter()).mount('#app')
