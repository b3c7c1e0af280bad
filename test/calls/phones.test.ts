import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { devices } from '../../src/floor/agents/schema.ts'
import { logOf } from './hotline.ts'
import { ask, crashController, nothingIsLeft, until, withDatabase } from './support/books.ts'
import { openDesk } from './support/desk.ts'

/** A phone of an earlier test whose log-in was cut off is at Asterisk until its registration runs out. */
let others: string[] = []
beforeEach(async () => {
  others = await allOnline()
})
afterEach(() => nothingIsLeft())

interface Endpoint {
  resource: string
  state: string
}

async function allOnline(): Promise<string[]> {
  const endpoints = await ask<Endpoint[]>('endpoints/PJSIP')
  return endpoints.flatMap(({ resource, state }) => (resource.startsWith('b-') && state === 'online' ? resource : []))
}

const online = async () => (await allOnline()).filter((phone) => !others.includes(phone))

test('a new controller leaves the phones that are there alone, and a closed browser leaves none', async () => {
  const before = (await logOf('asterisk')).length
  const desk = await openDesk('1004')
  const phone = await until('the phone is registered', async () => (await online())[0] ?? null)

  await crashController()
  expect(await online()).toEqual([phone])
  await desk.close()
  await until('the phone is gone', async () => ((await online()).length === 0 ? true : null))
  // Written anew, Asterisk complains of the endpoint, and of the contact every ten seconds.
  expect((await logOf('asterisk')).slice(before)).not.toMatch(/stir_shaken|UNSUPTRANSPORT/)
})

test('a phone that was withdrawn while nobody listened is taken from Asterisk by the next controller', async () => {
  const desk = await openDesk('1004')
  const phone = await until('the phone is registered', async () => (await online())[0] ?? null)
  await withDatabase((db) => db.update(devices).set({ withdrawnAt: Date.now() }).where(eq(devices.id, phone)))
  await crashController()
  await until('Asterisk does not know the phone', async () => {
    const known = await ask<Endpoint[]>('endpoints/PJSIP')
    return known.some(({ resource }) => resource === phone) ? null : true
  })
  await desk.close()
})
