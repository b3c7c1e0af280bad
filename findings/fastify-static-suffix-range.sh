#!/bin/sh
# @fastify/static: a suffix range that is longer than the file is refused with 416.
#
# Expected (RFC 9110, 14.1.2): of a file of 10 bytes `bytes=-30` is the whole file, „if the selected representation is
# shorter than the specified suffix-length, the entire representation is used“.
# Seen with @fastify/static 10.1.11 (@fastify/send 4.2.1): 416. `bytes=-3`, `bytes=7-` and `bytes=7-30` are answered rightly.
#
# Exits 0 while that is so, 1 when it has changed.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund fastify@5.12.8 @fastify/static@10.1.11 @fastify/send@4.2.1 >/dev/null
mkdir files
printf 0123456789 > files/ten.txt
cat > try.mjs <<'JS'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { fastify } from 'fastify'

const web = fastify()
await web.register(fastifyStatic, { root: join(process.cwd(), 'files'), serve: false })
web.get('/', (_request, reply) => reply.sendFile('ten.txt'))
console.log(`node ${process.version}, fastify 5.12.8, @fastify/static 10.1.11, @fastify/send 4.2.1, a file of 10 bytes`)
const seen = async (range, expected) => {
  const { statusCode, body } = await web.inject({ url: '/', headers: { range } })
  console.log(`  ${range}: ${expected} expected, ${statusCode}${statusCode < 300 ? ` ${body}` : ''} seen`)
  return statusCode
}
const right = [await seen('bytes=-3', '206 789'), await seen('bytes=7-', '206 789'), await seen('bytes=7-30', '206 789')]
const refused = await seen('bytes=-30', '200 or 206 with all 10 bytes')
await web.close()
process.exit(right.every((code) => code === 206) && refused === 416 ? 0 : 1)
JS
node try.mjs
