#!/bin/bash
# pino 10.4.0, sonic-boom 4.2.1 (Node 20 or newer, Linux). A synchronous pino destination with `maxLength` whose disk is
# full keeps what it could not write. Expected: with room again, the next line writes it. Seen: once the backlog has
# reached `maxLength`, each further line is dropped without a try, and nothing is ever written again.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent pino@10.4.0 sonic-boom@4.2.1
cat > look.mjs <<'JS'
import { closeSync, openSync, readFileSync } from 'node:fs'
import pino from 'pino'
// Linux has a disk that is always full.
const fd = openSync('/dev/full', 'w')
const output = pino.destination({ fd, sync: true, maxLength: 1_000 })
let dropped = 0
output.on('error', () => {})
output.on('drop', () => (dropped += 1))
for (let line = 0; line < 20; line += 1) output.write(`${'x'.repeat(99)}\n`)
// The same number is a file with room now.
closeSync(fd)
if (openSync('room.log', 'a') !== fd) throw new Error('another file has the number')
const before = dropped
for (let line = 0; line < 5; line += 1) output.write('there is room again\n')
const written = readFileSync('room.log', 'utf8').length
console.log(`dropped while full: ${before}; dropped with room again: ${dropped - before} of 5; bytes written: ${written}`)
process.exit(written === 0 && dropped - before === 5 ? 0 : 1)
JS
node --version
if node look.mjs; then echo 'as found'; else echo 'the behaviour has changed'; exit 1; fi
