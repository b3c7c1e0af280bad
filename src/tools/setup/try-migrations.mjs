import { boot } from './bootstrap.mjs'

await boot('try-migrations.ts', { isQuiet: true })
