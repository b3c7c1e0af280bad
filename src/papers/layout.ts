import type { Content, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js'
import { type Block, dayOnPaper, type Paper, paragraphsOf } from './paper.ts'

/**
 * How blocks stand on the page. Source: GB/T 9704-2012, 党政机关公文格式: A4; 37 mm above, 28 mm left, 26 mm right, 35 mm
 * below; the issuer in red over a red line; 2号 for the title, 3号 for text, 4号 for page numbers between dashes.
 */

const mm = (millimetres: number): number => Math.round((millimetres * 72) / 25.4)
const size = { issuer: 26, title: 22, text: 16, page: 14, table: 12, small: 8 } as const
const red = '#d7000f'
/** 28 points from line to line, as the standard has them: the face's own line is 1.45 of its size. */
const textLines = 1.2
const textWidth = 595 - mm(28) - mm(26)

export function layoutOf(paper: Paper, sha256: string): TDocumentDefinitions {
  const date = new Date(paper.at)
  return {
    pageSize: 'A4',
    pageMargins: [mm(28), mm(37), mm(26), mm(35)],
    // With its own dates and no word of who prints it, the same paper is the same file.
    info: {
      ...{ title: `${paper.title} ${paper.number}`, author: paper.issuer, subject: paper.number },
      ...{ keywords: `sha256:${sha256}`, creationDate: date, modDate: date, producer: '12345', creator: '12345' },
    },
    defaultStyle: { font: 'Song', fontSize: size.table, lineHeight: textLines },
    footer: (page: number, pages: number): Content => ({
      margin: [mm(28), 14, mm(26), 0],
      stack: [
        { text: `— ${page} —`, alignment: page % 2 === 1 ? 'right' : 'left', fontSize: size.page },
        {
          text: `${paper.number}  共 ${pages} 页  校验码 ${sha256.slice(0, 16)}`,
          fontSize: size.small,
          color: '#555555',
        },
      ],
    }),
    content: [...headOf(paper), ...bodyOf(paper)],
  }
}

function headOf({ issuer, title, number, at }: Paper): Content[] {
  const line = { type: 'line' as const, x1: 0, y1: 0, x2: textWidth, y2: 0, lineWidth: 1.5, lineColor: red }
  return [
    { text: issuer, color: red, bold: true, fontSize: size.issuer, alignment: 'center', lineHeight: 1.2 },
    { columns: [{ text: number }, { text: dayOnPaper(at), alignment: 'right' }], margin: [0, 12, 0, 4] },
    { canvas: [line] },
    { text: title, bold: true, fontSize: size.title, alignment: 'center', margin: [0, 16, 0, 12] },
  ]
}

/** The signature is on no page alone: what stands before it, short as it is, goes along. */
function bodyOf({ blocks }: Paper): Content[] {
  const at = blocks.findLastIndex(({ is }) => is === 'sign')
  const first = blocks[at - 1]?.is === 'list' ? at - 1 : at
  if (at === -1 || first === at) return blocks.flatMap(contentOf)
  const together = { stack: blocks.slice(first).flatMap(contentOf), unbreakable: true }
  return [...blocks.slice(0, first).flatMap(contentOf), together]
}

function contentOf(block: Block): Content[] {
  switch (block.is) {
    case 'table':
      return [tableOf(block.rows)]
    case 'text':
      return [
        { text: block.title, fontSize: size.text, margin: [0, 6, 0, 0] },
        // Blanks at the beginning of a line are not set: the indent is the renderer's.
        {
          stack: paragraphsOf(block.text).map((text) => ({
            ...{ text, fontSize: size.text, leadingIndent: 2 * size.text },
          })),
          margin: [0, 0, 0, 6],
        },
      ]
    case 'grid':
      return [{ text: block.title, fontSize: size.text, margin: [0, 8, 0, 4] }, gridOf(block)]
    case 'list':
      return [
        {
          text: `${block.title}：${block.items.map((item, at) => `${at + 1}．${item}`).join('\n　　　')}`,
          margin: [0, 8, 0, 0],
        },
      ]
    case 'sign':
      return [
        { stack: block.lines.map((text) => ({ text })), alignment: 'right', margin: [0, 16, 32, 0], unbreakable: true },
      ]
  }
}

/** The face's own line has its room below. */
const lines = { paddingTop: () => 5, paddingBottom: () => 1, hLineWidth: () => 0.75, vLineWidth: () => 0.75 }

function gridOf({ heads, rows }: Extract<Block, { is: 'grid' }>): Content {
  const widths = heads.map((_, at) => (at === 0 ? 40 : at === heads.length - 1 ? 110 : '*'))
  const head = heads.map((text): TableCell => ({ text, bold: true, alignment: 'center' }))
  const body = rows.map((cells) =>
    cells.map((text, at): TableCell => ({ text, alignment: at === 0 ? 'center' : 'left' })),
  )
  return {
    table: { widths, headerRows: 1, dontBreakRows: true, body: [head, ...body] },
    layout: lines,
    margin: [0, 0, 0, 8],
  }
}

/** A row of one cell goes over the whole width; one of two is cut in the middle. */
function tableOf(rows: Extract<Block, { is: 'table' }>['rows']): Content {
  const label = 64
  const body = rows.map((cells): TableCell[] => {
    const [one, other] = cells
    const first = { text: one?.label ?? '', bold: true }
    if (!other) return [first, { text: one?.text ?? '', colSpan: 3 }, {}, {}]
    return [first, { text: one?.text ?? '' }, { text: other.label, bold: true }, { text: other.text }]
  })
  return {
    table: { widths: [label, '*', label, '*'], body },
    layout: lines,
  }
}
