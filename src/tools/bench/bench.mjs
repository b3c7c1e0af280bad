import { boot } from '../setup/bootstrap.mjs'

await boot('../bench/bench.ts')
