import { boot } from './bootstrap.mjs'

await boot('verify-history.ts', { isQuiet: true })
