import { migrate } from '../../platform/database/structure/migrate.ts'

/** A process that migrates and is killed: `node migrating.ts DATABASE_URL`. */
const [databaseUrl = ''] = process.argv.slice(2)
await migrate(databaseUrl)
