#!/bin/sh
# @fastify/rate-limit with its own store: requests that are looked at together read one another's count.
#
# Expected: of 103 concurrent requests with max 100, the first 100 are let through and 3 are answered 429.
# Seen with 11.2.0: the store hands out the counter itself, and it is read only after the other requests have raised it,
# so all 103 are answered 429. One after the other, 100 pass.
#
# Exits 0 while that is so, 1 when it has changed.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund fastify@5.12.8 @fastify/rate-limit@11.2.0 >/dev/null
cat > try.mjs <<'JS'
import rateLimit from '@fastify/rate-limit'
import { fastify } from 'fastify'

const passedOf = async (ask) => {
  const web = fastify()
  await web.register(rateLimit, { max: 100, timeWindow: 60_000 })
  web.get('/', async () => 'ok')
  await web.ready()
  const answers = await ask(() => web.inject('/'))
  await web.close()
  return answers.filter(({ statusCode }) => statusCode === 200).length
}
const together = await passedOf((get) => Promise.all(Array.from({ length: 103 }, get)))
const inTurn = await passedOf(async (get) => {
  const answers = []
  for (let i = 0; i < 103; i += 1) answers.push(await get())
  return answers
})
console.log(`node ${process.version}, @fastify/rate-limit 11.2.0, fastify 5.12.8, max 100, 103 requests`)
console.log(`  in turn:  100 expected to pass, ${inTurn} seen`)
console.log(`  together: 100 expected to pass, ${together} seen`)
process.exit(inTurn === 100 && together < 100 ? 0 : 1)
JS
node try.mjs
