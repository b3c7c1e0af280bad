import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Bus } from '../bus.ts'
import type { Guard } from '../people/guard.ts'
import { may } from '../people/person.ts'
import { named } from '../platform/database/structure/check.ts'
import type { StructureFault } from '../platform/database/structure/migrations.ts'
import type { Log } from '../platform/process/log.ts'
import { type Metrics, mergeMetrics, readMetrics } from '../platform/process/metrics.ts'
import type { Origins } from '../platform/web/origin.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { asteriskWarnings } from './asterisk.ts'
import type { Exposure } from './exposure.ts'
import { type HealthParts, healthOf, type Part } from './health.ts'

const words: Record<Exclude<Part, 'structure'>, string> = {
  database: '数据库没有回应',
  redis: 'Redis 没有回应',
  calls: '呼叫控制进程没有运行',
  ari: '呼叫控制进程未连接 Asterisk',
}

const faultWords: Record<StructureFault['fault'], string> = {
  missing: '缺少',
  unfinished: '未完成',
  changed: '与所用文件不同',
  unknown: '本版本不认识',
}

const warningWords = {
  'recordings.room-short': '录音磁盘空间不足，录音可能丢失，请尽快清理或扩容',
  'attachments.room-short': '附件磁盘空间不足或无法写入，附件暂时不能上传，请尽快清理或扩容',
  'trunk.loopback':
    '中继配置仍含本机网段 127.0.0.0/9（示例），本机任何程序都可冒充运营商呼入，请从 config/trunks.yaml 删除',
  'cookies.insecure': '登录信息经明文传输，请在前面配置 https，并把 PUBLIC_URL 设为其地址',
  'accounts.sample': '示例账号仍在使用初始密码，请修改密码或停用',
} as const satisfies Record<Exposure, string> & Record<string, string>
type Warning = keyof typeof warningWords

const otherRolesMs = 1_500

export interface HealthRouteParts extends HealthParts {
  bus: Pick<Bus, 'request'>
  guard: Guard
  metrics: Metrics
  origins: Pick<Origins, 'isThroughStranger'>
  log: Log
}

export function routeHealth(web: Web, parts: HealthRouteParts): void {
  const tags = ['health']
  const security: [] = []

  const alive = z.object({ status: z.literal('ok') }).meta({ id: 'Alive' })
  web.get(
    '/healthz',
    {
      schema: {
        operationId: 'isAlive',
        tags,
        security,
        summary: 'the process lives',
        response: { 200: alive },
      },
    },
    async () => ({ status: 'ok' as const }),
  )

  const readiness = z
    .object({
      status: z.enum(['ready', 'not-ready']),
      missing: z.array(
        z.object({ part: z.enum(['database', 'structure', 'redis', 'calls', 'ari']), message: z.string() }),
      ),
      leader: z.object({ name: z.string(), epoch: z.number() }).nullable(),
      hasStandby: z.boolean(),
      warnings: z.array(
        z.object({
          code: z.enum([...(Object.keys(warningWords) as [Warning, ...Warning[]]), ...asteriskWarnings]),
          message: z.string(),
        }),
      ),
    })
    .meta({ id: 'Readiness' })
  web.get(
    '/readyz',
    {
      schema: {
        operationId: 'isReady',
        tags,
        security,
        summary: 'calls can be taken: database, Redis and Asterisk answer, the structure is of this version',
        response: { 200: readiness, 503: readiness },
      },
    },
    async (_request, reply) => {
      const health = await healthOf(parts)
      const { missing, structureFaults, leader, hasStandby, isRoomShort, isRoomForFilesShort, asterisk } = health
      const warnings: (Warning | false)[] = [
        isRoomShort && 'recordings.room-short',
        isRoomForFilesShort && 'attachments.room-short',
        ...health.exposures,
      ]
      return reply.code(missing.length === 0 ? 200 : 503).send({
        status: missing.length === 0 ? 'ready' : 'not-ready',
        missing: missing.map((part) => ({
          part,
          message: part === 'structure' ? structureMessage(structureFaults) : words[part],
        })),
        leader,
        hasStandby,
        warnings: [
          ...warnings.filter((code) => code !== false).map((code) => ({ code, message: warningWords[code] })),
          ...asterisk.warnings,
        ],
      })
    },
  )

  web.get(
    '/metrics',
    {
      schema: {
        operationId: 'readMetrics',
        tags,
        security,
        summary: "Prometheus; from this machine, or with an administrator's log-in",
        refusals: ['session.required', 'access.denied'],
        produces: ['text/plain'],
      },
    },
    async (request, reply) => {
      await refuseStrangers(request)
      const others = await parts.bus.request('metrics.read', {}, otherRolesMs).catch((error: unknown) => {
        parts.log.debug({ err: error }, 'metrics of the calls role not read: left out')
        return { text: '' }
      })
      const own = await readMetrics(parts.metrics.registry, parts.log)
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(mergeMetrics([own, others.text]))
    },
  )

  async function refuseStrangers(request: FastifyRequest): Promise<void> {
    // An unconfigured proxy on this machine would make every client look local.
    const isBehindUnknownProxy = parts.origins.isThroughStranger(request.raw)
    if (/^(127\.|::1$|::ffff:127\.)/.test(request.ip) && !isBehindUnknownProxy) return
    const session = await parts.guard.find(request)
    if (!session) throw new Refusal('session.required')
    if (!may(session.person, 'admin')) throw new Refusal('access.denied')
  }
}

function structureMessage(faults: StructureFault[]): string {
  const parts = (Object.keys(faultWords) as StructureFault['fault'][]).flatMap((fault) => {
    const names = named(faults, fault)
    return names.length === 0 ? [] : [`${faultWords[fault]} ${names.join('、')}`]
  })
  return `数据库结构与本版本不符（${parts.join('；')}），请用对应版本，或重新 npm start 升级结构`
}
