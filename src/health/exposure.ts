import { reachOf, type Settings } from '../settings.ts'
import { isLoopbackNetwork } from '../site/network.ts'
import type { Trunk } from '../site/site.ts'

/**
 * Trial features of a single machine that are still on although others can reach it. Pure. `GUEST_PHONE` is not among
 * them: there the settings are refused.
 */
export const exposures = ['trunk.loopback', 'cookies.insecure', 'accounts.sample'] as const
export type Exposure = (typeof exposures)[number]
export type ExposedSettings = Pick<Settings, 'HTTP_HOST' | 'SIP_HOST' | 'PUBLIC_URL' | 'TRUST_PROXY' | 'COOKIE_SECURE'>

/** @param sampleAccounts names that can still log in with the password that the set-up made */
export function exposuresOf(
  settings: ExposedSettings,
  trunks: readonly Pick<Trunk, 'networks'>[],
  sampleAccounts: readonly string[],
): Exposure[] {
  const reach = reachOf(settings)
  if (reach.length === 0) return []
  const isWebReached = reach.some((name) => name !== 'SIP_HOST')
  const found: Record<Exposure, boolean> = {
    'trunk.loopback': trunks.some(({ networks }) => networks.some(isLoopbackNetwork)),
    'cookies.insecure': isWebReached && !settings.COOKIE_SECURE,
    'accounts.sample': sampleAccounts.length > 0,
  }
  return exposures.filter((one) => found[one])
}

/** For the engineer: at the start and in the log. */
export const exposureWords: Record<Exposure, string> = {
  'trunk.loopback':
    'config/trunks.yaml: 127.0.0.0/9 is a trunk, so any program on this machine may call as the carrier: remove it (npm run check names the line)',
  'cookies.insecure':
    'COOKIE_SECURE: log-ins are sent in clear text: put https in front and set PUBLIC_URL to its address',
  'accounts.sample':
    'sample accounts are active with the passwords in accounts.json: set new ones or lock them at /admin/people',
}
