import { asc, eq, inArray } from 'drizzle-orm'
import { messageBodies } from '../../../src/links/sending.ts'
import { wordsOf } from '../../../src/messages/message.ts'
import { messages } from '../../../src/messages/schema.ts'
import type { Announcement } from '../../../src/notifications/teller.ts'
import { outbox } from '../../../src/platform/database/schema.ts'
import { units } from '../../../src/units/schema.ts'
import { anOffice } from '../tickets/office.ts'
import { monday, unit } from '../tickets/world.ts'

export const school = 'cz2z'
export const phone = '19900000021'
export const answer = { publicReply: '您好，我校已更换校门口路灯，感谢您的反映。', internalReply: '总务处换灯两盏' }

/** An office with a school that has no accounts, and its telephone. */
export async function anOfficeWithSchool() {
  const office = await anOffice()
  const { db, log } = { db: office.db, log: { error: () => undefined } as never }
  await db.insert(units).values({
    ...{ code: unit(school), name: '长治市第二中学校', shortName: '长治二中', initials: 'czez', kind: 'EXTERNAL' },
    ...{ assessClass: 'PUBLISHED', phone: '199 0000 0021', sortOrder: 9, changedAt: monday },
  })
  const clock = { ahead: 0 }
  const now = () => Date.now() + clock.ahead
  const head = { siteName: '长治12345', publicUrl: 'http://127.0.0.1:12345' }
  const done = new Set<number>()

  const world = {
    ...office,
    wait(ms: number) {
      clock.ahead += ms
      office.wait(ms)
    },
    /** In place of the jobs role: each announcement, as often as it is asked. */
    async tell(again = false): Promise<number> {
      const rows = await db
        .select()
        .from(outbox)
        .where(inArray(outbox.queue, ['tickets', 'dispatch']))
        .orderBy(asc(outbox.id))
      let kept = 0
      for (const { id, topic, payload } of rows) {
        if (done.has(id) && !again) continue
        done.add(id)
        kept += await messageBodies({ db, head, now, log }, topic, payload as Announcement)
      }
      return kept
    },
    /** What the school's telephone has, the first first. */
    async inbox(): Promise<string[]> {
      const rows = await db.select().from(messages).where(eq(messages.toNumber, phone)).orderBy(asc(messages.id))
      return rows.map(wordsOf)
    },
    async lastToken(): Promise<string> {
      const links = (await world.inbox()).flatMap((words) => /#([\w-]{43})/.exec(words)?.[1] ?? [])
      return links.at(-1) ?? ''
    },
    async lastCode(): Promise<string> {
      const codes = (await world.inbox()).flatMap((words) => /验证码(\d{6})/.exec(words)?.[1] ?? [])
      return codes.at(-1) ?? ''
    },
    /** A ticket that is with the school. */
    async sent(change: object = {}): Promise<string> {
      const number = await office.create(change)
      const dispatched = await office.act('dispatcher', number, 'dispatch', {
        version: 1,
        lead: school,
        reason: '校门口',
      })
      if (dispatched.statusCode !== 200) throw new Error(dispatched.body)
      await world.tell()
      return number
    },
    open: (token: string, cookie?: string) => office.post('/api/public/links/open', cookie, { token }),
    askCode: (token: string) => office.post('/api/public/links/code', undefined, { token }),
    enter: (token: string, code: string) => office.post('/api/public/links/enter', undefined, { token, code }),
    /** Through the code. @returns the link's id and the cookie of the browser */
    async inside(token: string): Promise<{ id: string; cookie: string }> {
      const { id } = (await world.open(token)).json()
      const asked = await world.askCode(token)
      if (asked.statusCode !== 200) throw new Error(asked.body)
      const entered = await world.enter(token, await world.lastCode())
      const [cookie] = entered.cookies
      if (entered.statusCode !== 204 || !cookie) throw new Error(entered.body)
      return { id, cookie: `${cookie.name}=${cookie.value}` }
    },
    fetch: (url: string, cookie?: string) =>
      office.web.inject({ method: 'GET', url, headers: cookie === undefined ? {} : { cookie } }),
    read: ({ id, cookie }: { id: string; cookie?: string }) => world.fetch(`/api/public/links/${id}/ticket`, cookie),
    step: ({ id, cookie }: { id: string; cookie: string }, action: string, more: object) =>
      office.post(`/api/public/links/${id}/actions`, cookie, { action, ...more }),
  }
  return world
}
