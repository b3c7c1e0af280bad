import { dayOnPaper, type Paper, timeOnPaper } from '../../papers/paper.ts'
import { occasionTitles } from './batch.ts'
import type { BatchRow, CutRow } from './sheet.ts'

/**
 * The cover of a batch (督查移送清单): what is sent to whom, and the digests by which both files are known. Composed of what
 * never changes: the same bytes at each print.
 * @returns null as long as the files are not written
 */
export function coverOf(batch: BatchRow, { occasion }: Pick<CutRow, 'occasion'>, centre: string): Paper | null {
  const { documentNumber: number, office, copyTo, cutoffAt, items, jsonSha256, xlsxSha256, sha256 } = batch
  if (jsonSha256 === null || xlsxSha256 === null || sha256 === null) return null
  return {
    ...{ kind: 'oversight-batch', issuer: centre, title: '督查移送清单', number, at: cutoffAt },
    blocks: [
      {
        is: 'table',
        rows: [
          [{ label: '主送', text: office }],
          [{ label: '抄送', text: copyTo ?? '—' }],
          [
            { label: '移送原因', text: occasionTitles[occasion] },
            { label: '统计截止', text: timeOnPaper(cutoffAt) },
          ],
          [
            { label: '移送事项', text: `${items} 件` },
            { label: '批次', text: batch.number },
          ],
        ],
      },
      {
        ...{ is: 'text', title: '移送说明' },
        text:
          items === 0
            ? '截至统计时间，没有超过办理期限仍未办结的热线工单（零报告）。'
            : `截至统计时间，以上 ${items} 件热线工单超过办理期限仍未办结，全部汇总移送，请予督办。清单见所附表格和数据文件，不含诉求人信息。`,
      },
      {
        ...{ is: 'list', title: '文件校验（SHA-256）' },
        items: [`数据文件 ${jsonSha256}`, `表格文件 ${xlsxSha256}`, `两个文件合计 ${sha256}`],
      },
      { is: 'sign', lines: [centre, dayOnPaper(cutoffAt)] },
    ],
  }
}
