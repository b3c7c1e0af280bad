import { createRouter, createWebHistory, type RouteRecordRaw, type Router } from 'vue-router'
import type { Right } from '../people/person.ts'
import { nextPage } from './session/nextPage.ts'
import { useSession } from './session/useSession.ts'
import NotFound from './shell/NotFound.vue'

declare module 'vue-router' {
  interface RouteMeta {
    title: string
    /** Without it the page is open to every logged-in person. */
    right?: Right
    /** Visible without a log-in. */
    isPublic?: boolean
    /** Without rail and top bar. */
    isBare?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  {
    path: '/',
    component: () => import('./session/LoginPage.vue'),
    meta: { title: '登录', isPublic: true, isBare: true },
  },
  { path: '/desk', component: () => import('./desk/DeskPage.vue'), meta: { title: '话务台', right: 'desk' } },
  { path: '/floor', component: () => import('./floor/FloorPage.vue'), meta: { title: '现场监控', right: 'floor' } },
  {
    path: '/calls/:id?',
    component: () => import('./calls/CallsPage.vue'),
    meta: { title: '通话记录', right: 'calls.read' },
  },
  {
    path: '/tickets',
    component: () => import('./tickets/lists/TicketsPage.vue'),
    meta: { title: '工单查询', right: 'tickets.read' },
  },
  {
    path: '/clusters',
    component: () => import('./tickets/merge/ClustersPage.vue'),
    meta: { title: '事件', right: 'tickets.write' },
  },
  {
    path: '/overview',
    component: () => import('./overview/OverviewPage.vue'),
    meta: { title: '本周概况', right: 'overview' },
  },
  { path: '/audit', component: () => import('./audit/AuditPage.vue'), meta: { title: '审计', right: 'audit.read' } },
  {
    path: '/emergencies/:id?',
    component: () => import('./emergency/EmergenciesPage.vue'),
    meta: { title: '紧急移交', right: 'emergencies.read' },
  },
  {
    path: '/never-calls',
    component: () => import('./callbacks/never/NeverCallsPage.vue'),
    meta: { title: '勿扰名单', right: 'floor' },
  },
  {
    path: '/admin/people/:id?',
    component: () => import('./staff/StaffPage.vue'),
    meta: { title: '人员', right: 'admin' },
  },
  {
    path: '/directory',
    component: () => import('./directory/DirectoryPage.vue'),
    meta: { title: '转接目录', right: 'desk' },
  },
  {
    path: '/admin/directory/:id?',
    component: () => import('./directory/DirectoryPage.vue'),
    meta: { title: '转接目录', right: 'admin' },
  },
  { path: '/oversight', redirect: '/oversight/units' },
  {
    path: '/oversight/units',
    component: () => import('./oversight/LadderPage.vue'),
    meta: { title: '督办', right: 'oversight.read' },
  },
  {
    path: '/oversight/batches/:number?',
    component: () => import('./oversight/batches/BatchesPage.vue'),
    meta: { title: '移送批次', right: 'oversight.read' },
  },
  {
    path: '/workstations/:unit?',
    component: () => import('./workstations/WorkstationsPage.vue'),
    meta: { title: '县区工作站', right: 'workstations.read' },
  },
  {
    path: '/oversight/13710/:id?',
    component: () => import('./oversight/thirteen710/CasesPage.vue'),
    meta: { title: '13710 事项', right: 'cases13710.read' },
  },
  {
    path: '/oversight/alerts',
    component: () => import('./oversight/AlertsPage.vue'),
    meta: { title: '督办预警', right: 'oversight.read' },
  },
  {
    path: '/oversight/cases/:number?',
    component: () => import('./oversight/cases/CasesPage.vue'),
    meta: { title: '督办文书', right: 'oversight.read' },
  },
  {
    path: '/oversight/cases/:number/papers/:kind',
    component: () => import('./papers/PaperPage.vue'),
    meta: { title: '打印', right: 'oversight.cases', isBare: true },
  },
  {
    path: '/oversight/signals',
    component: () => import('./oversight/SignalsPage.vue'),
    meta: { title: '情况上报', right: 'oversight.keep' },
  },
  {
    path: '/oversight/rules',
    component: () => import('./oversight/RulesPage.vue'),
    meta: { title: '触发条件', right: 'oversight.read' },
  },
  {
    path: '/follow-ups/:id?',
    component: () => import('./followup/FollowUpsPage.vue'),
    meta: { title: '回访', right: 'follow-ups.read' },
  },
  {
    path: '/follow-ups/letters/:id?',
    component: () => import('./followup/letters/LettersPage.vue'),
    meta: { title: '评价反馈单', right: 'letters.read' },
  },
  { path: '/catalogue', redirect: '/catalogue/rules' },
  {
    path: '/catalogue/rules/:key?',
    component: () => import('./catalogue/CataloguePage.vue'),
    meta: { title: '权责清单', right: 'catalogue.read' },
  },
  {
    path: '/catalogue/review',
    component: () => import('./catalogue/ReviewPage.vue'),
    meta: { title: '缺口与冲突', right: 'catalogue.read' },
  },
  {
    path: '/catalogue/proposals',
    component: () => import('./catalogue/ProposalsPage.vue'),
    meta: { title: '待批规则', right: 'catalogue.read' },
  },
  {
    path: '/catalogue/learner',
    component: () => import('./catalogue/LearnerPage.vue'),
    meta: { title: '往单参考', right: 'catalogue.edit' },
  },
  {
    path: '/catalogue/disputes/:id?',
    component: () => import('./arbitration/DisputesPage.vue'),
    meta: { title: '争议与联席会议', right: 'disputes.read' },
  },
  {
    path: '/admin/calendar',
    component: () => import('./rules/CalendarPage.vue'),
    meta: { title: '工作日历', right: 'rules' },
  },
  {
    path: '/admin/limits',
    component: () => import('./rules/LimitsPage.vue'),
    meta: { title: '时限方案', right: 'rules' },
  },
  { path: '/password', component: () => import('./session/OwnPasswordPage.vue'), meta: { title: '修改密码' } },
  {
    path: '/set-password',
    component: () => import('./session/SetPasswordPage.vue'),
    meta: { title: '设置密码', isPublic: true, isBare: true },
  },
  {
    path: '/admin/health',
    component: () => import('./admin/HealthPage.vue'),
    meta: { title: '系统任务', right: 'admin' },
  },
  {
    path: '/tickets/:number',
    component: () => import('./tickets/ticket/TicketPage.vue'),
    meta: { title: '工单详情', right: 'tickets.read' },
  },
  {
    path: '/tickets/:number/papers/:kind',
    component: () => import('./papers/PaperPage.vue'),
    meta: { title: '打印', right: 'tickets.read', isBare: true },
  },
  {
    path: '/unit',
    component: () => import('./tickets/worklist/UnitPage.vue'),
    meta: { title: '承办工单', right: 'unit' },
  },
  {
    path: '/dispatch',
    component: () => import('./tickets/worklist/DispatchPage.vue'),
    meta: { title: '派单', right: 'dispatch' },
  },
  {
    path: '/callbacks',
    component: () => import('./callbacks/CallbacksPage.vue'),
    meta: { title: '回拨', right: 'calls.reveal' },
  },
  {
    path: '/tickets/new',
    component: () => import('./tickets/form/NewTicketPage.vue'),
    meta: { title: '新建工单', right: 'tickets.write' },
  },
  {
    path: '/phone',
    component: () => import('./phone/PhonePage.vue'),
    meta: { title: '市民电话', isPublic: true, isBare: true },
  },
  {
    path: '/phone/messages',
    component: () => import('./phone/MessagesPage.vue'),
    meta: { title: '手机短信', isPublic: true, isBare: true },
  },
  {
    path: '/rate',
    component: () => import('./followup/rate/RatePage.vue'),
    meta: { title: '评价', isPublic: true, isBare: true },
  },
  {
    path: '/rate-call',
    component: () => import('./calls/rate/RateCallPage.vue'),
    meta: { title: '评价', isPublic: true, isBare: true },
  },
  {
    path: '/answer',
    component: () => import('./answer/AnswerPage.vue'),
    meta: { title: '群众诉求办理', isPublic: true, isBare: true },
  },
  {
    path: '/:rest(.*)*',
    component: NotFound,
    meta: { title: '没有此页', isPublic: true },
  },
]

/** Who opens these may have no account: the log-in is not asked for. */
const withoutLogIn = ['/phone', '/phone/messages', '/set-password', '/answer', '/rate', '/rate-call']

export function makeRouter(): Router {
  const router = createRouter({ history: createWebHistory(), routes })
  router.beforeEach(async (to) => {
    if (withoutLogIn.includes(to.path)) return true
    const session = useSession()
    if (session.state === 'unknown') await session.load()
    // The page that says so replaces every other one.
    if (session.state === 'failed') return true
    if (session.state === 'in' && to.path === '/') return nextPage(to.query.next) ?? session.view?.homePage ?? '/calls'
    if (session.state === 'out' && !to.meta.isPublic) return { path: '/', query: { next: to.fullPath } }
    return true
  })
  router.afterEach((to) => {
    document.title = `${to.meta.title} · 12345 热线`
  })
  return router
}
