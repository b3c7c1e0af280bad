import type { RoleName } from '../../../people/person.ts'
import { type Hotline, localUrl } from '../../setup/hotline.ts'
import { logIn } from '../desks.ts'
import { type Browsers, openBrowsers } from './http.ts'

/** People of the sample, logged in. */

export type Headers = Record<string, string>

/** @param roles one log-in of each person who has one of these */
export async function headersOf({ settings, accounts }: Hotline, roles: readonly RoleName[]): Promise<Headers[]> {
  const wanted = accounts.filter(({ role }) => roles.includes(role))
  const pages = localUrl(settings)
  return Promise.all(
    wanted.map(async ({ username, password }) => ({ ...(await logIn(pages, username, password)).headers })),
  )
}

/** @throws Error when the sample has no clerk of this unit */
export async function headersOfUnit({ settings, accounts }: Hotline, unit: string): Promise<Headers> {
  const account = accounts.find(({ username }) => username === unit)
  if (!account) throw new Error(`the sample has no clerk of ${unit}`)
  return { ...(await logIn(localUrl(settings), account.username, account.password)).headers }
}

export async function browsersOf(hotline: Hotline, roles: readonly RoleName[], connections: number): Promise<Browsers> {
  return openBrowsers({ pages: localUrl(hotline.settings), headers: await headersOf(hotline, roles), connections })
}
