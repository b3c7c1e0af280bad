import ariClient, { type AriChannel, type AriPlayback } from 'ari-client'
import { ariClientApp, keyOf } from '../arms.ts'

/**
 * Arm C: flow A as the documentation of ari-client shows it, with its own objects and requests. A process of its own.
 *
 *     node ari-client.ts http://hotline:secret@127.0.0.1:port
 */

const server = new URL(process.argv[2] ?? '')
const media = 'sound:zh/greeting-12345'
const playing = new Map<string, AriPlayback>()
/** For a caller who left in the meantime. */
const ignore = () => {}

const client = await ariClient.connect(server.origin, server.username, server.password)
client.on('StasisStart', (_event: unknown, channel: AriChannel) => {
  void channel.answer().then(() => play(channel), ignore)
})
client.on('ChannelDtmfReceived', ({ digit }: { digit: string }, channel: AriChannel) => {
  playing.get(channel.id)?.stop().catch(ignore)
  if (digit === keyOf.A) play(channel)
})
client.on('StasisEnd', (_event: unknown, channel: AriChannel) => playing.delete(channel.id))
await client.start([ariClientApp])
process.send?.('ready')
process.on('disconnect', () => process.exit(0))

function play(channel: AriChannel): void {
  const playback = client.Playback()
  playing.set(channel.id, playback)
  channel.play({ media }, playback).catch(ignore)
}
