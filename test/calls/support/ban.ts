import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderBan } from '../../../src/telephony/render/ban.ts'
import { securityLog } from '../../../src/telephony/render/render.ts'
import type { TestAsterisk } from './asterisk.ts'

/** What counts against an address, as fail2ban finds it in the security log. */
export async function refusedBy(asterisk: TestAsterisk): Promise<{ host: string; line: string }[]> {
  await renderBan(asterisk.settings, asterisk.site)
  const isRefused = banExpression(await readFile(join(asterisk.settings.varDir, 'fail2ban/filter.conf'), 'utf8'))
  const lines = (await readFile(securityLog(asterisk.settings), 'utf8')).split('\n')
  return lines.flatMap((line) => {
    const host = isRefused.exec(line)?.groups?.host
    return host === undefined ? [] : { host, line }
  })
}

/** An expression of fail2ban's, which are Python's: `%(name)s` stands for another line, `<HOST>` for the address. */
function banExpression(filter: string): RegExp {
  const given = new Map([...filter.matchAll(/^(\w+) = (.*)$/gm)].map(([, name = '', value = '']) => [name, value]))
  const filled = (name: string): string =>
    (given.get(name) ?? '').replace(/%\((\w+)\)s/g, (_, inner: string) => filled(inner))
  // fail2ban takes the time out of the line before it looks at the rest.
  return new RegExp(filled('failregex').replace('^', '^\\[[^\\]]*\\]').replace('<HOST>', '(?<host>[\\d.]+)'))
}
