import { globSync } from 'node:fs'
import { resolve } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

/**
 * Every constant that the code may write fits its column. `code<Allowed>('name', length)` says both, so the compiler is
 * asked what `Allowed` is: a value that is added one day is compared without anybody thinking of it.
 */

interface Column {
  where: string
  length: number
  allowed: string[]
}

const defaultLength = 32

function columnsOf(patterns: string): Column[] {
  const files = globSync(patterns).map((file) => resolve(file))
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files }, ts.sys, '.')
  const program = ts.createProgram(files, options)
  const checker = program.getTypeChecker()
  return files.flatMap((file) => {
    const source = program.getSourceFile(file)
    const found: Column[] = []
    const visit = (node: ts.Node): void => {
      if (source && ts.isCallExpression(node) && node.expression.getText(source) === 'code') {
        const [name, length] = node.arguments
        const type = node.typeArguments?.[0] && checker.getTypeFromTypeNode(node.typeArguments[0])
        const parts = type === undefined ? [] : type.isUnion() ? type.types : [type]
        found.push({
          where: `${file.slice(process.cwd().length + 1)} ${name?.getText(source)}`,
          length: length === undefined ? defaultLength : Number(length.getText(source)),
          allowed: parts.flatMap((part) => (part.isStringLiteral() ? [part.value] : [])),
        })
      }
      ts.forEachChild(node, visit)
    }
    if (source) visit(source)
    return found
  })
}

test('every constant fits its column', () => {
  const columns = columnsOf('src/**/schema.ts')
  const closed = columns.filter(({ allowed }) => allowed.length > 0)
  // States, kinds, reasons, topics, roles, file types …: fewer would mean that they are no longer found.
  expect(closed.length).toBeGreaterThanOrEqual(37)
  expect(closed.find(({ where }) => where === "src/tickets/records/schema.ts 'media_type'")?.allowed).toHaveLength(11)
  for (const { where, length, allowed } of closed) {
    expect.soft(length, where).toBeGreaterThan(0)
    expect
      .soft(
        allowed.filter((value) => value.length > length),
        where,
      )
      .toEqual([])
  }
})
