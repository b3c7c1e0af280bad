import { serveBoard } from '../../admin/board.ts'
import { routeAdmin } from '../../admin/routes.ts'
import { routeDisputes } from '../../arbitration/routes.ts'
import { openExports } from '../../audit/exports.ts'
import { routeAudit } from '../../audit/routes.ts'
import { routeCalendar } from '../../calendar/routes.ts'
import { routeActing } from '../../calls/acting/routes.ts'
import { routeCallbackWork } from '../../calls/outgoing/callback-routes.ts'
import { routeNeverCalls } from '../../calls/outgoing/never-call-routes.ts'
import { routeOutgoing } from '../../calls/outgoing/routes.ts'
import { recordingFolder } from '../../calls/recordings/folder.ts'
import { routeRecordings } from '../../calls/recordings/routes.ts'
import { routeCallbacks } from '../../calls/records/callback-routes.ts'
import { routeCallExports } from '../../calls/records/export-routes.ts'
import { routeCallChoices, routeCalls } from '../../calls/records/routes.ts'
import { routeCallRatings } from '../../calls/survey/routes.ts'
import { routeCatalogue } from '../../catalogue/routes.ts'
import { routeRuleEdits } from '../../catalogue/rules/edit-routes.ts'
import { routeProposals } from '../../catalogue/rules/proposal-routes.ts'
import { routeRules } from '../../catalogue/rules/routes.ts'
import { routeSheets } from '../../catalogue/rules/sheet-routes.ts'
import { routeDirectory } from '../../directory/routes.ts'
import { routeEmergencies } from '../../emergency/routes.ts'
import { openExchange } from '../../exchange/exchange.ts'
import { routeExchange } from '../../exchange/routes.ts'
import { routeDevices } from '../../floor/agents/routes.ts'
import { routeFloor } from '../../floor/routes.ts'
import { routeLetters } from '../../followup/letters/routes.ts'
import { routeRatings } from '../../followup/links/routes.ts'
import { routeFollowUps } from '../../followup/routes.ts'
import { readOrigin } from '../../health/asterisk.ts'
import { exposuresOf, exposureWords } from '../../health/exposure.ts'
import { healthOf } from '../../health/health.ts'
import { routeHealth } from '../../health/routes.ts'
import { routeLearner } from '../../learner/routes.ts'
import { routeOfficeLinks } from '../../links/office-routes.ts'
import { routeLinks } from '../../links/routes.ts'
import { routeReceipts } from '../../messages/receipt-routes.ts'
import { routeSampleMessages } from '../../messages/routes.ts'
import { routeNotifications } from '../../notifications/routes.ts'
import { routeBatches } from '../../oversight/batches/routes.ts'
import { routeOversight } from '../../oversight/routes.ts'
import { casesOfReceipts } from '../../oversight/thirteen710/receipts.ts'
import { routeCases13710 } from '../../oversight/thirteen710/routes.ts'
import { routeOverview } from '../../overview/routes.ts'
import { routePapers } from '../../papers/routes.ts'
import { routePeople } from '../../people/routes.ts'
import { sampleAccountsLeft } from '../../people/store.ts'
import { routeGuestPhone } from '../../phone/routes.ts'
import { openStructureCheck } from '../../platform/database/structure/check.ts'
import { openMetrics } from '../../platform/process/metrics.ts'
import type { CallId } from '../../platform/types.ts'
import { openHttp } from '../../platform/web/http.ts'
import { servePages } from '../../platform/web/pages.ts'
import { routeCalendarRules, routeLimitRules } from '../../rules/routes.ts'
import { routeLocks } from '../../staff/lock-routes.ts'
import { routePasswords } from '../../staff/password-routes.ts'
import { routeStaff } from '../../staff/routes.ts'
import { routeAsks } from '../../tickets/asks/routes.ts'
import { routeBulk } from '../../tickets/bulk/routes.ts'
import { routeClaims } from '../../tickets/claims/routes.ts'
import { openTiming } from '../../tickets/clocks/timing.ts'
import { routeDrafts } from '../../tickets/drafts/draft-routes.ts'
import { roomForFiles } from '../../tickets/files/attachment-files.ts'
import { routeAttachments } from '../../tickets/files/attachment-routes.ts'
import { routeTicketExports } from '../../tickets/lists/export-routes.ts'
import { routeTicketLists } from '../../tickets/lists/routes.ts'
import { countProposed } from '../../tickets/lists/worklist.ts'
import { routeClusters } from '../../tickets/merge/cluster-routes.ts'
import { routeMerging } from '../../tickets/merge/routes.ts'
import { openOwnCalls } from '../../tickets/own-calls.ts'
import { routeParts } from '../../tickets/parts/routes.ts'
import { routePreview } from '../../tickets/preview-routes.ts'
import { routeTicketReading } from '../../tickets/reading-routes.ts'
import { openWriter } from '../../tickets/records/writer.ts'
import { routeReplyCheck } from '../../tickets/reply/routes.ts'
import { routeRounds } from '../../tickets/rounds/routes.ts'
import { routeTickets } from '../../tickets/routes.ts'
import { routeTellings } from '../../tickets/telling/routes.ts'
import { markUntold } from '../../tickets/telling/sending.ts'
import { routeTimeline } from '../../tickets/timeline/routes.ts'
import { routePlaces } from '../../units/place-routes.ts'
import { routeOwnUnit } from '../../units/routes.ts'
import { routeWorkstations } from '../../workstations/routes.ts'
import { routeDutySheets } from '../../workstations/sheet-routes.ts'

import type { WebEdges, WebParts } from './edges.ts'

/** The HTTP side: every route of the API, and the pages. */
export async function openRoutes({ settings, site, rules, now, log }: WebParts, edges: WebEdges) {
  const { database, db, redis, bus, queues, agents, sessions, guests, guard, areaCode } = edges
  const { forced, numbersAsked, readings, liveCalls, origins } = edges
  const exposures = async () => exposuresOf(settings, site.trunks, await sampleAccountsLeft(db))
  const web = await openHttp(settings, log, { origins, logIns: { sessionOf: guard.find, isKnown: guard.isKnown } })
  const metrics = openMetrics(web)
  const health = {
    structure: openStructureCheck(database.pool),
    redis,
    node: settings.NODE_NAME,
    roomForFiles: () => roomForFiles(settings.attachmentsDir),
    exposures,
    origin: () => readOrigin(settings.varDir),
    now,
  }
  routeHealth(web, { ...health, bus, guard, metrics, origins, log })
  routePeople(web, { sessions, guard, site, settings })
  routeOverview(web, { db, guard, now })
  routeFloor(web, { db, bus, guard, agents, forced, site, now })
  const staffParts = { db, guard, sessions, agents, site, now, log }
  routeStaff(web, staffParts)
  routeLocks(web, staffParts)
  routePasswords(web, { db, redis, guard, sessions, now })
  const exports = openExports({ db, redis, guard, now, log })
  routeAudit(web, { db, guard, exports, now })
  routeCallExports(web, { db, guard, numbersAsked, exports, areaCode, now })
  routeTicketExports(web, { db, guard, numbersAsked, exports, now })
  const callParts = { db, guard, numbersAsked, liveCalls, readings, areaCode, now }
  routeCalls(web, callParts)
  routeCallChoices(web, callParts)
  routeCallbacks(web, callParts)
  const isSamplePlayed = settings.SAMPLE_PROVINCE
  const outgoing = { db, bus, guard, liveCalls, queue: agents.queue, site, isSamplePlayed, now, log }
  routeOutgoing(web, outgoing)
  routeNeverCalls(web, outgoing)
  routeCallbackWork(web, { ...outgoing, readings })
  routeActing(web, { db, bus, guard, liveCalls, site, isSamplePlayed, log })
  routeRecordings(web, { db, redis, guard, liveCalls, folder: recordingFolder(settings.spoolDir), now, log })
  routeDevices(web, { db, bus, agents, guard, settings, now, log })
  routeGuestPhone(web, { guests, site, settings })
  const timing = openTiming(db, rules)
  const writer = openWriter({ db, bus, timing })
  const ownCalls = openOwnCalls({ db, guard, liveCalls, now })
  const { replyCheck: replyWords, places } = site
  const { review: isReviewed } = site.tickets
  routeTickets(web, { db, guard, ownCalls, writer, areaCode, replyWords, isReviewed, places, now })
  routeReplyCheck(web, { guard, words: site.replyCheck })
  routeTimeline(web, { db, guard, timing, now })
  routeTicketReading(web, { db, guard, numbersAsked, readings, timing, now })
  routeTicketLists(web, { db, guard, numbersAsked, ownCalls, readings, now })
  routeRounds(web, { db, guard })
  routeParts(web, { db, guard, readings, now })
  routeBulk(web, { db, guard, writer, replyWords, now })
  routeClaims(web, { db, bus, guard, now })
  routeOwnUnit(web, { db, guard, waiting: countProposed })
  routeAsks(web, { db, guard, readings, timing, now })
  routeTellings(web, { db, bus, guard, readings, now })
  routeMerging(web, { db, guard, writer, readings, now })
  routeClusters(web, { db, guard, now })
  routePreview(web, { guard, ownCalls, areaCode })
  routeDrafts(web, { db, guard, liveCalls, now })
  routeAttachments(web, { db, redis, guard, folder: settings.attachmentsDir, now, log })
  routeCatalogue(web, { db, guard, now, log })
  routeRules(web, { db, guard, now })
  routeRuleEdits(web, { db, guard, now })
  routeSheets(web, { db, guard, now })
  routeProposals(web, { db, guard, now })
  routeLearner(web, { db, guard, now })
  const calendar = async () => (await timing()).calendar
  const disputes = { db, redis, guard, writer, calendar, folder: settings.attachmentsDir, city: site.city, now, log }
  routeDisputes(web, disputes)
  const supervision = { calendar, city: site.city, folder: settings.attachmentsDir, now }
  routeOversight(web, { db, guard, rules: site.oversight, ...supervision })
  const stations = { db, guard, rules: site.workstations, areaCode, now }
  routePlaces(web, { db, guard, places: site.places })
  routeWorkstations(web, stations)
  routeDutySheets(web, stations)
  routeBatches(web, { db, guard, centre: site.name, onItem: casesOfReceipts, now })
  routeCases13710(web, { db, guard, settings, now })
  routeCalendar(web, { db, guard, workingTime: rules.workingTime })
  routeDirectory(web, { db, guard, areaCode, calendar, now })
  const onChanged = (callId: CallId) => bus.publish('exchange.changed', { callId })
  const exchange = openExchange({ db, settings, site, onChanged, now, log })
  const isTold = settings.emergencyUrl !== null
  routeEmergencies(web, { db, guard, liveCalls, isTold, now })
  routeExchange(web, { db, guard, ownCalls, liveCalls, exchange })
  const ruleParts = { db, bus, guard, timing, workingTime: rules.workingTime, limits: rules.limits, now }
  routeCalendarRules(web, ruleParts)
  routeLimitRules(web, ruleParts)
  const followUpParts = { ...outgoing, writer, timing, calendar, rules: site.followUp }
  routeFollowUps(web, followUpParts)
  routeLetters(web, { db, guard, now })
  routeCallRatings(web, { db, redis, now })
  routeRatings(web, { ...followUpParts, redis, folder: settings.attachmentsDir })
  routePapers(web, { db, guard })
  const linkParts = { db, redis, bus, writer, timing, settings, site, folder: settings.attachmentsDir, now, log }
  routeLinks(web, linkParts)
  routeOfficeLinks(web, { db, bus, guard, settings, site, now })
  routeSampleMessages(web, { settings })
  routeReceipts(web, { db, secret: settings.messagesSecret, undelivered: markUntold, now })
  routeNotifications(web, { db, guard, now })
  routeAdmin(web, { db, bus, queues, guard, asterisk: async () => (await healthOf(health)).asterisk, now })
  await serveBoard(web, { queues, guard })
  await servePages(web)
  await web.ready()
  exposures().then(
    (found) => found.map((code) => log.warn({ code }, exposureWords[code])),
    (error: unknown) => log.debug({ err: error }, 'check for sample accounts failed'),
  )

  return { web, metrics }
}
