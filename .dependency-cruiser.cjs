/**
 * Which file may import which: the arrows of docs/layout.md as a check.
 * noun (pure) <- schema <- store <- routes, live, jobs, controller, effects <- roles <- main
 */

/** Files without I/O: the pages import them too. */
const pure = [
  '^src/topics\\.ts$',
  '^src/platform/(types|text/(spelling|half-width|region|text|codes|ulid-time))\\.ts$',
  '^src/site/site\\.ts$',
  '^src/calls/(machine/.+|lead/lease|records/secrecy)\\.ts$',
  '^src/floor/queue/queue\\.ts$',
  '^src/floor/figures\\.ts$',
  '^src/floor/agents/agent\\.ts$',
  '^src/lines/(answered|written|dialled|number|place|mask)\\.ts$',
  '^src/directory/(entry|hours|may-dial)\\.ts$',
  '^src/exchange/(ownership|headers|packet)\\.ts$',
  '^src/emergency/(handover|packet)\\.ts$',
  '^src/people/(person|password-rule)\\.ts$',
  '^src/staff/staff\\.ts$',
  '^src/audit/action\\.ts$',
  '^src/desk/protocol\\.ts$',
  '^src/calendar/(calendar|days|limit|notice|time-left|weekdays)\\.ts$',
  '^src/tickets/(life/.+|clocks/(alarm|limits)|files/attachment|lists/typed-number|reply/(check|demand)|exits/classified|merge/(likeness|merging)|rounds/(complaints|round|words))\\.ts$',
  '^src/notifications/(letter|notification)\\.ts$',
  '^src/units/(places|unit)\\.ts$',
  '^src/arbitration/dispute\\.ts$',
  '^src/workstations/roster\\.ts$',
  '^src/links/link\\.ts$',
  '^src/messages/message\\.ts$',
  '^src/learner/(judge|model)\\.ts$',
  '^src/catalogue/(alike|catalogue|category|risk|terms|rules/(rule|review|sheet))\\.ts$',
  '^src/followup/(answers|follow-up|plan|rules|words|script|letters/letter)\\.ts$',
  '^src/oversight/(triggers/trigger|cases/(case|fields|stages))\\.ts$',
  '^src/papers/paper\\.ts$',
  '^src/oversight/(batches/(batch|plan)|thirteen710/(case|message))\\.ts$',
]
/** What the pages may use besides: the schemas of the API and the words that they share with the server. */
const shared = [...pure, '/api\\.ts$', '^src/platform/web/(problem|paging)\\.ts$']
const subject = '^src/(?!platform/|tools/|roles/|telephony/|site/|web/)[^/]+/'
const edges = '/(routes|live|jobs|controller|effects)\\.ts$'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Two files that need each other, be it for a type, are one file, or want a third that both need.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pure-stays-pure',
      comment: 'The rules of the hotline read no clock and do no I/O, so that pages and tests run them as they are.',
      severity: 'error',
      from: { path: pure },
      to: { pathNot: [...pure, '^node_modules/zod/'] },
    },
    {
      name: 'pages-import-pure-files-only',
      severity: 'error',
      from: { path: '^src/web/' },
      to: { path: '^src/', pathNot: ['^src/web/', ...shared] },
    },
    {
      name: 'shared-stays-light',
      comment: 'What pages and server share needs no server to load.',
      severity: 'error',
      from: { path: shared, pathNot: pure },
      to: { pathNot: [...shared, '^node_modules/zod/'] },
    },
    {
      name: 'nobody-imports-pages',
      comment: 'The bench asks the server for what a worklist asks for, and its desks know what a desk knows.',
      severity: 'error',
      from: { path: '^src/(?!web/|tools/bench/goals/|tools/bench/desks\\.ts$)' },
      to: { path: '^src/web/' },
    },
    {
      name: 'schema-knows-schemas-and-nouns',
      severity: 'error',
      from: { path: '/schema\\.ts$' },
      to: { path: '^src/', pathNot: ['/schema\\.ts$', '^src/platform/database/columns\\.ts$', ...pure] },
    },
    {
      name: 'store-knows-no-edge',
      comment: 'Stores are called by routes, live and jobs, never the other way round.',
      severity: 'error',
      from: { path: '/store\\.ts$' },
      to: { path: edges },
    },
    {
      name: 'edges-belong-to-their-subject',
      comment: "A subject may call another's noun and store, never its routes, live or jobs.",
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '^src/roles/' },
      to: { path: `^src/(?!$1/).+${edges}` },
    },
    {
      name: 'platform-knows-no-subject',
      comment: 'No rule of the hotline in here, not even as a type; what the roles say to each other is src/topics.ts.',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/', pathNot: ['^src/platform/', '^src/settings\\.ts$'] },
    },
    {
      name: 'telephony-knows-no-subject',
      comment: 'The edges to Asterisk say what happens there; what it means is decided by the subjects.',
      severity: 'error',
      from: { path: '^src/telephony/' },
      to: { path: subject, pathNot: pure },
    },
    {
      name: 'roles-are-started-by-main-only',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/roles/', '^src/main\\.ts$'] },
      to: { path: '^src/roles/' },
    },
    {
      name: 'set-up-is-nobodys-library',
      severity: 'error',
      from: { path: '^src/(?!tools/)' },
      to: { path: '^src/tools/setup/' },
    },
    {
      name: 'bench-is-nobodys-library',
      comment:
        'It measures the hotline from outside; what runs knows nothing of it. Chaos has the same callers and agents.',
      severity: 'error',
      from: { path: '^src/(?!tools/(bench|chaos)/)' },
      to: { path: '^src/tools/bench/' },
    },
    {
      name: 'province-is-a-program-of-its-own',
      comment: 'It shares docs/exchange/ with the hotline and no code, so that it proves the messages and not itself.',
      severity: 'error',
      from: { path: '^src/tools/province/' },
      to: { path: '^src/', pathNot: '^src/tools/province/' },
    },
    {
      name: 'province-is-nobodys-library',
      severity: 'error',
      from: { path: '^src/(?!tools/province/)' },
      to: { path: '^src/tools/province/' },
    },
    {
      name: '13710-is-a-program-of-its-own',
      comment: 'It shares docs/exchange/ with the hotline and no code, so that it proves the messages and not itself.',
      severity: 'error',
      from: { path: '^src/tools/thirteen710/' },
      to: { path: '^src/', pathNot: '^src/tools/thirteen710/' },
    },
    {
      name: '13710-is-nobodys-library',
      severity: 'error',
      from: { path: '^src/(?!tools/thirteen710/)' },
      to: { path: '^src/tools/thirteen710/' },
    },
    {
      name: 'code-does-not-need-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^test/' },
    },
    {
      name: 'every-import-is-there',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
}
