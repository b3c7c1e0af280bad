import { parentPort, workerData } from 'node:worker_threads'
import pdfmake from 'pdfmake'
import { layoutOf } from './layout.ts'
import type { PaperToSet } from './pdf.ts'

/** Sets one paper and ends. */

const { paper, sha256, fonts } = workerData as PaperToSet

// Nothing of a paper may make this machine read an address or another file.
pdfmake.setUrlAccessPolicy(() => false)
pdfmake.setLocalAccessPolicy((path) => Object.values(fonts).includes(path))
pdfmake.setFonts({
  Song: { normal: [fonts.normal, 'NotoSerifCJKsc-Regular'], bold: [fonts.bold, 'NotoSerifCJKsc-Bold'] },
} as unknown as Parameters<typeof pdfmake.setFonts>[0])
parentPort?.postMessage(await pdfmake.createPdf(layoutOf(paper, sha256)).getBuffer())
