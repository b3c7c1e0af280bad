import { boot } from './bootstrap.mjs'

await boot('seed.ts', { isQuiet: true })
