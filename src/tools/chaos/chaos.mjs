import { boot } from '../setup/bootstrap.mjs'

await boot('../chaos/chaos.ts')
