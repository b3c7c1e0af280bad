#!/bin/sh
# @node-rs/jieba: the import that its README shows is not found by ES modules.
#
# Expected: `import { dict } from '@node-rs/jieba/dict'` gives the dictionary.
# Seen with 2.0.3 on Node: ERR_MODULE_NOT_FOUND, because package.json has no `exports` and ES modules guess no file
# ending. With `/dict.js` it is found; by `require('@node-rs/jieba/dict')`, too.
#
# Exits 0 while that is so, 1 when it has changed.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @node-rs/jieba@2.0.3 >/dev/null
cat > try.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const outcomeOf = (load) => load().then(({ dict }) => `${dict.length} bytes`, ({ code }) => code)
const shown = readFileSync('node_modules/@node-rs/jieba/README.md', 'utf8').includes("from '@node-rs/jieba/dict'")
const bare = await outcomeOf(() => import('@node-rs/jieba/dict'))
const withEnding = await outcomeOf(() => import('@node-rs/jieba/dict.js'))
const required = await outcomeOf(async () => require('@node-rs/jieba/dict'))
console.log(`node ${process.version}, @node-rs/jieba 2.0.3; the README shows the import of /dict: ${shown}`)
console.log(`  import of /dict:     the dictionary expected, ${bare} seen`)
console.log(`  import of /dict.js:  ${withEnding}`)
console.log(`  require of /dict:    ${required}`)
process.exit(shown && bare === 'ERR_MODULE_NOT_FOUND' && withEnding === required ? 0 : 1)
JS
node try.mjs
