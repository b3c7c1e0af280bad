import { openGateway } from './gateway.ts'

/** By hand: MESSAGES_SECRET=… node src/tools/messages/main.ts; the hotline then has MESSAGES_URL=http://127.0.0.1:12354/ */

const secret = process.env.MESSAGES_SECRET ?? ''
if (secret.length < 32) {
  console.error('MESSAGES_SECRET: at least 32 characters, the same as the hotline has')
  process.exit(1)
}
const gateway = await openGateway({
  ...{ host: '127.0.0.1', port: Number(process.env.MESSAGES_PORT ?? '12354'), secret },
  receiptsUrl: process.env.MESSAGES_RECEIPTS_URL ?? 'http://127.0.0.1:12345/api/public/messages/receipts',
})
console.log(`a gateway for messages listens: ${gateway.url} (open it to read what it took)`)
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void gateway.stop().then(() => process.exit(0)))
}
