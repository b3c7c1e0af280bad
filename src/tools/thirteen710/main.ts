import { open13710 } from './http.ts'

/** Started by `npm start` in the sample set-up; by hand: THIRTEEN710_SECRET=… node src/tools/thirteen710/main.ts */

const env = (name: string, otherwise: string) => process.env[name] || otherwise
const secret = env('THIRTEEN710_SECRET', '')
if (secret.length < 32) {
  console.error('THIRTEEN710_SECRET: at least 32 characters, the same as the hotline has')
  process.exit(1)
}

const [host = '127.0.0.1', port = '12353'] = env('THIRTEEN710_HTTP', '127.0.0.1:12353').split(':')
const system = await open13710({
  http: { host, port: Number(port) },
  hotlineUrl: env('HOTLINE_MESSAGES_URL', 'http://127.0.0.1:12345/api/oversight/messages'),
  secret,
  file: env('THIRTEEN710_FILE', 'var/13710/13710.sqlite'),
})
console.log(`the 13710 system listens: ${system.url}`)
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void system.stop().then(() => process.exit(0)))
}
