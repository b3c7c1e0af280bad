import { openProvince } from './province.ts'

/** Started by `npm start` in the sample set-up; by hand: PROVINCE_SECRET=… node src/tools/province/main.ts */

const env = (name: string, otherwise: string) => process.env[name] || otherwise
const place = (name: string, host: string, port: number) => {
  const [at = host, number = `${port}`] = env(name, `${host}:${port}`).split(':')
  return { host: at, port: Number(number) }
}
const secret = env('PROVINCE_SECRET', '')
if (secret.length < 32) {
  console.error('PROVINCE_SECRET: at least 32 characters, the same as the hotline has')
  process.exit(1)
}

const province = await openProvince({
  http: place('PROVINCE_HTTP', '127.0.0.1', 12_351),
  sip: place('PROVINCE_SIP', '127.128.0.1', 12_352),
  hotlineUrl: env('HOTLINE_EXCHANGE_URL', 'http://127.0.0.1:12345/api/exchange/messages'),
  hotlineSip: place('HOTLINE_SIP', '127.0.0.1', 5_060),
  secret,
  emergencySecret: env('EMERGENCY_SECRET', secret),
  file: env('PROVINCE_FILE', 'var/province/province.sqlite'),
})
console.log(`the province listens: ${province.url}, SIP port ${province.sipPort}`)
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void province.stop().then(() => process.exit(0)))
}
