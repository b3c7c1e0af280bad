import { expect, test } from 'vitest'
import { endpointObjects, hasFields } from '../../../../src/telephony/ari/endpoint.ts'

const phone = { id: 'b-1', kind: 'BROWSER', digest: 'd88d', callerNumber: null } as const
const objects = endpointObjects(phone, { host: '127.0.0.1' })

/** As Asterisk 22.10 gives an object back: in its own words, among much that nobody set. */
function asTold(fields: Record<string, string>, told: Record<string, string> = {}) {
  const { disallow: _, ...kept } = fields
  return Object.entries({ ...kept, accountcode: '', ...told }).map(([attribute, value]) => ({ attribute, value }))
}

test('a phone that Asterisk has as it should be is known as such, however Asterisk writes it', () => {
  expect(hasFields(asTold(objects.auth), objects.auth)).toBe(true)
  expect(hasFields(asTold(objects.aor, { qualify_timeout: '2.500000', remove_existing: 'true' }), objects.aor)).toBe(
    true,
  )
  const told = { allow: '(opus|alaw)', dtls_auto_generate_cert: 'Yes', direct_media: 'false', rewrite_contact: 'true' }
  expect(hasFields(asTold(objects.endpoint, told), objects.endpoint)).toBe(true)
})

test('a phone with another password or another setting is written anew', () => {
  expect(hasFields(asTold(objects.auth, { md5_cred: 'e99e' }), objects.auth)).toBe(false)
  expect(hasFields(asTold(objects.aor, { maximum_expiration: '3600' }), objects.aor)).toBe(false)
  expect(hasFields(asTold(objects.endpoint, { allow: '(alaw)' }), objects.endpoint)).toBe(false)
  expect(hasFields([], objects.auth)).toBe(false)
})

test('a guest’s caller number counts', () => {
  const guest = endpointObjects({ ...phone, id: 'g-1', kind: 'GUEST', callerNumber: '13900000001' }, { host: '::1' })
  expect(hasFields(asTold(guest.endpoint, { callerid: '13900000001' }), guest.endpoint)).toBe(true)
  expect(hasFields(asTold(guest.endpoint, { callerid: '13900000002' }), guest.endpoint)).toBe(false)
})
