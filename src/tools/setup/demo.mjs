import { boot } from './bootstrap.mjs'

await boot('demo.ts', { isQuiet: true })
