import { boot } from './bootstrap.mjs'

await boot('check.ts', { isQuiet: true })
