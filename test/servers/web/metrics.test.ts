import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { openCallFigures, watchCalls } from '../../../src/calls/control/figures.ts'
import { aWeb } from './world.ts'

/** @returns what Prometheus' own checker says of this text; nothing when all is as its conventions want it */
async function promtool(figures: string): Promise<string> {
  const child = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(figures)
  const said = await Promise.all([text(child.stdout), text(child.stderr)])
  return said.join('')
}

test('every figure is named and described as Prometheus wants it', async () => {
  const world = await aWeb()
  const figures = openCallFigures()
  watchCalls(figures.registry, { calls: () => [], isConnected: () => true, epoch: 1, freeBytes: () => 1_000 })
  figures.refused('NO_MATCH' as never)
  figures.inquired('FOUND' as never)
  await world.bus.respond('metrics.read', async () => ({ text: await figures.registry.metrics() }))
  await world.get('/healthz')
  const { body } = await world.get('/metrics')
  expect(body).toContain('hotline_controller_epoch 1')
  expect(await promtool(body)).toBe('')
  expect(await promtool('# HELP x x\n# TYPE x counter\nx 1\n')).toContain('counter metrics should have "_total" suffix')
})
