#!/bin/bash
# drizzle-orm 0.45.4. A left join whose columns are read into an object of their own: the object is null where no row was
# joined. Expected: it is there as soon as a row was, whatever its columns hold. Seen: only the first column of the object
# is looked at. Where that is null the whole joined row is given as missing, its other values with it.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent drizzle-orm@0.45.4
cat > look.mjs <<'JS'
import { eq } from 'drizzle-orm'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { drizzle } from 'drizzle-orm/sqlite-proxy'
const people = sqliteTable('people', { id: integer('id').primaryKey(), nick: text('nick'), name: text('name') })
const letters = sqliteTable('letters', { id: integer('id').primaryKey(), personId: integer('person_id') })
// The database's answer: letter 1 is of a person without a nick, whose name is Ada.
const db = drizzle(async () => ({ rows: [[1, null, 'Ada']] }))
const [row] = await db
  .select({ letter: { id: letters.id }, person: { nick: people.nick, name: people.name } })
  .from(letters)
  .leftJoin(people, eq(people.id, letters.personId))
const [turned] = await drizzle(async () => ({ rows: [[1, 'Ada', null]] }))
  .select({ letter: { id: letters.id }, person: { name: people.name, nick: people.nick } })
  .from(letters)
  .leftJoin(people, eq(people.id, letters.personId))
console.log(`nick first: ${JSON.stringify(row.person)}; name first: ${JSON.stringify(turned.person)}`)
process.exit(row.person === null && turned.person?.name === 'Ada' ? 0 : 1)
JS
node --version
if node look.mjs; then echo 'as found'; else echo 'the behaviour has changed'; exit 1; fi
