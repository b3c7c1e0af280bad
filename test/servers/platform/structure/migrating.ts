import { migrate } from '../../../../src/platform/database/structure/migrate.ts'

/** A process that migrates, for tests that kill it: `node migrating.ts DATABASE_URL FOLDER`. */
const [databaseUrl = '', folder = ''] = process.argv.slice(2)
await migrate(databaseUrl, folder)
