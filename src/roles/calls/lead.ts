import { outgoingEntry } from '../../calls/outgoing/entry.ts'
import { openPhones } from '../../floor/agents/phones.ts'
import { openTicker } from '../../platform/jobs/ticker.ts'
import { readMetrics } from '../../platform/process/metrics.ts'
import { problems } from '../../platform/web/problem.ts'
import type { RunningRole } from '../role.ts'
import { onAsterisk } from './connection.ts'
import { type Control, openControl } from './control.ts'
import { dutiesOf } from './duties.ts'
import { type Edges, type LeadParts, openEdges } from './edges.ts'

/**
 * The call controller of one Asterisk, for one term of leadership. All its state can be restored from Asterisk, Redis
 * and the database, so it may be killed at any moment; its actions pass `lead`, so it may be paused as well.
 */
export async function leadCalls(parts: LeadParts): Promise<RunningRole> {
  const { database, bus, lead, log } = parts
  const ticker = openTicker(log, lead.isSure)
  const edges: Edges = openEdges(parts, () => control.controller.calls())
  const control: Control = openControl(parts, edges)
  const { link, ami, agents, recorder, now } = edges
  const { controller, members } = control
  // All at once: while Redis is unreachable each waits for its time limit, and citizens wait with it.
  const [phones, ...deaf] = await Promise.all([
    openPhones({ ari: link.ari, db: database.db, bus, now, log }),
    ...listen(parts, edges, control),
  ])

  const all = { ...parts, ...edges, ...control, phones }
  ticker.start(dutiesOf(all))
  ami.start(members.forget)
  await link.start(onAsterisk(all))

  return {
    async stop() {
      ticker.stop()
      phones.stop()
      for (const stopListening of deaf) stopListening()
      edges.stopCounting()
      await link.stop()
      await ami.stop()
      await controller.stop()
      await recorder.stop()
      edges.stopWaiting()
      // If this controller was replaced, the successor's `catchUp` writes what is missing.
      if (!lead.signal.aborted) await agents.drain()
      agents.stop()
    },
  }
}

/** Requests and announcements of desks, floors and other roles. @returns each stops listening */
function listen(
  { bus, settings, site, log }: LeadParts,
  { figures, present, now }: Edges,
  control: Control,
): Promise<() => void>[] {
  const { controller, fallbackTalks, matching } = control
  return [
    bus.respond('call.command', async (ask) => controller.command(ask) ?? fallbackTalks.command(ask)),
    bus.respond('call.place', async (ask) => {
      if (ask.node !== settings.NODE_NAME) return undefined
      if (!present.isHeard) return { ok: false, code: 'controller.away', message: problems['controller.away'].title }
      return controller.place(outgoingEntry(site, ask, now()), ask)
    }),
    bus.respond('call.ask', async (ask) => {
      if (ask.node !== settings.NODE_NAME) return undefined
      if (!present.isHeard) return { ok: false, code: 'controller.away', message: problems['controller.away'].title }
      return controller.ask(outgoingEntry(site, { ...ask, name: null }, now()))
    }),
    bus.respond('metrics.read', async () => ({ text: await readMetrics(figures.registry, log) })),
    bus.subscribe('queue.changed', matching.run),
    bus.subscribe('pop.shown', ({ callId, offerId }) => {
      controller.post(callId, { type: 'pop-shown', offerId })
    }),
  ]
}
