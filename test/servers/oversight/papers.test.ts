import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { expect, test } from 'vitest'
import type { CaseDetail } from '../../../src/oversight/cases/api.ts'
import { textFields } from '../../../src/oversight/cases/fields.ts'
import type { PrintedPaper } from '../../../src/papers/api.ts'
import { aSupervision, dayMs } from './supervision.ts'

const path = (name: string) => `/api/oversight/cases/${encodeURIComponent(name)}`

async function textOf(bytes: Buffer): Promise<string> {
  const task = getDocument({ data: new Uint8Array(bytes), useSystemFonts: false, verbosity: 0 })
  const document = await task.promise
  let text = ''
  for (let n = 1; n <= document.numPages; n += 1) {
    const { items } = await (await document.getPage(n)).getTextContent()
    text += items.map((item) => ('str' in item ? item.str : '')).join('')
  }
  await task.destroy()
  return text.replaceAll(/\s/g, '')
}

test('each paper prints in the layout of official documents, the same bytes each time, and only for whom it is', async () => {
  const office = await aSupervision()
  const act = async (who: string, id: string, action: string, more: object = {}): Promise<void> => {
    const { version } = await office.get<CaseDetail>('overseer', path(id))
    const answer = await office.send(who, `${path(id)}/actions`, { action, version, ...more })
    if (answer.statusCode !== 200) throw new Error(`${action}: ${answer.body}`)
  }
  const texts = Object.fromEntries(textFields.map((field) => [field, `内容${field}`]))
  const expected: Record<string, string[]> = {
    ORDER: ['oversight-order'],
    LETTER: ['oversight-letter'],
    TALK: ['oversight-talk', 'oversight-talk-record'],
    REPORT: ['oversight-report'],
    SITE: ['oversight-site'],
  }
  for (const [kind, kinds] of Object.entries(expected)) {
    const { id } = (await office.send('overseer', '/api/oversight/cases', { kind, unit: 'cgj' })).json()
    const times = { dueAt: kind === 'TALK' ? null : office.now() + dayMs, meetAt: office.now() + dayMs }
    await act('overseer', id, 'edit', { subject: '英雄路路灯', leader: '王局长', texts, ...times })
    await act('overseer', id, 'submit')
    await act('director', id, 'approve')
    if (kind === 'TALK') await act('overseer', id, 'hold', { heldAt: office.now(), dueAt: office.now() + dayMs, texts })
    if (kind === 'REPORT') await act('overseer', id, 'instruct', { text: '请城管局抓紧', at: office.now() })
    const { papers, number } = await office.get<CaseDetail>('overseer', path(id))
    expect(papers.map((one) => one.kind)).toEqual(kinds)
    for (const one of kinds) {
      const paper = await office.get<PrintedPaper>('overseer', `${path(id)}/papers/${one}`)
      expect(paper.number).toBe(number)
      const first = await office.ask('overseer', `${path(id)}/papers/${one}/pdf`)
      expect([first.statusCode, first.headers['content-type']]).toEqual([200, 'application/pdf'])
      if (kind === 'ORDER') {
        const again = await office.ask('director', `${path(id)}/papers/${one}/pdf`)
        expect(first.rawPayload.equals(again.rawPayload)).toBe(true)
      }
      const text = await textOf(first.rawPayload)
      for (const words of [number ?? '', paper.title, paper.sha256.slice(0, 16)]) expect(text).toContain(words)
      if (kind === 'REPORT') expect(text).toContain('请城管局抓紧')
    }
    const wanted = kind === 'REPORT' ? 'oversight.case-not-found' : 200
    expect(office.code(await office.ask('cgj', `${path(id)}/papers/${kinds[0]}`))).toBe(wanted)
    expect(office.code(await office.ask('rsj', `${path(id)}/papers/${kinds[0]}`))).toBe('oversight.case-not-found')
    expect(office.code(await office.ask('overseer', `${path(id)}/papers/work-order`))).toBe('paper.not-found')
  }
})
