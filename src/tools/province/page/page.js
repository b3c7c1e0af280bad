// @ts-check
/** The province's page: asks for the state every second, and shows it. No library. */

const behaviours = {
  answers: '接听',
  busy: '占线',
  declines: '拒接',
  silent: '响铃不接',
  'hangs-up': '接听后挂断',
  lost: '没有任何回应',
}
const manners = { acknowledges: '确认', refuses: '拒绝', fails: '出错，请重发', silent: '没有回应' }
const states = { calling: '呼出中', ringing: '振铃', talking: '通话', ended: '已结束' }
const events = {
  joined: '加入通话',
  left: '离开通话',
  ended: '通话结束',
  offered: '移交诉求',
  moved: '诉求已归省平台',
  kept: '诉求留在市热线',
  returned: '退回诉求',
}
const roles = { CALLER: '市民', AGENT: '话务员', CONSULTED: '咨询方', PARTNER: '第三方' }

const whys = {
  'hung up here': '在此挂断',
  'hung up by choice': '按设置挂断',
  'hung up by the hotline': '市热线挂断',
  'the program ends': '程序停止',
  'no answer on the wire': '对方没有回应',
  '486 Busy Here': '占线',
  '603 Decline': '拒接',
  '487 Request Terminated': '对方取消',
}
/** @param {string} why */
const whyInWords = (why) => whys[/** @type {keyof typeof whys} */ (why)] ?? why.replace('refused with', '被拒绝')

/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id)

/** @param {string} tag @param {Record<string, unknown>} [properties] @param {(Node | string)[]} [children] */
function element(tag, properties = {}, children = []) {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}

/** @param {string} path @param {object} body */
async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  byId('state').textContent = response.ok ? '已执行。' : `没有执行：${response.status}`
  await show()
}

/** @param {HTMLElement} list @param {Record<string, string>} titles */
function offer(list, titles) {
  list.replaceChildren(
    ...Object.entries(titles).map(([value, title]) => element('option', { value, textContent: title })),
  )
}

/** @param {number} at */
const clock = (at) => new Date(at).toLocaleTimeString('zh-CN', { hourCycle: 'h23' })

/** @param {string} header */
function packetIn(header) {
  const hex = /^04((?:[0-9a-f]{2}){26})/i.exec(header)?.[1]
  return hex ? hex.replace(/../g, (two) => String.fromCharCode(Number.parseInt(two, 16))) : null
}

/** @param {any} message */
function words({ type, body }) {
  if (type === 'CALL_CONTEXT') {
    const { caller, line, summary, place, emergency, callback, since } = body
    const number = `${caller.number ?? '号码未知'}${caller.is_withheld && caller.number ? '（请保密）' : ''}`
    const calls = `${number} ${since ? `${clock(Date.parse(since))} ` : ''}拨打 ${line.number}（${line.name}）`
    const back = callback && callback !== caller.number ? `回拨 ${callback}` : null
    return [emergency && `【${emergency}】`, calls, place && `地点 ${place}`, back, summary].filter(Boolean).join(' · ')
  }
  const role = roles[/** @type {keyof typeof roles} */ (body.role)]
  return [role, events[/** @type {keyof typeof events} */ (body.event)] ?? body.event, body.why]
    .filter(Boolean)
    .join(' · ')
}

/** @param {any} reply */
const answer = (reply) =>
  reply === null ? '等待答复' : `${reply.reply}${reply.code ? ` ${reply.code}` : ''} ${reply.text}`

/** @param {string} title @param {() => void} work */
const button = (title, work) => element('button', { textContent: title, onclick: work })

/** @param {(Node | string)[]} cells @param {string} [wide] */
function row(cells, wide = '') {
  return element(
    'tr',
    {},
    cells.map((cell, at) => element('td', { className: wide.includes(String(at)) ? 'text' : 'nowrap' }, [cell])),
  )
}

async function show() {
  let state
  try {
    state = await (await fetch('/state')).json()
  } catch {
    byId('state').textContent = '程序没有回应，请检查它是否在运行。'
    return
  }
  if (document.activeElement?.tagName !== 'SELECT') {
    byId('behaviour').value = state.behaviour
    byId('manner').value = state.manner
  }
  const single = Object.entries(state.numbers)
  byId('numbers').textContent =
    single.length === 0
      ? '没有单独设置的号码。'
      : `单独设置：${single.map(([number, how]) => `${number} ${behaviours[/** @type {keyof typeof behaviours} */ (how)]}`).join('，')}`

  const contexts = new Map(
    state.messages
      .filter((/** @type {any} */ { message }) => message.type === 'CALL_CONTEXT')
      .map((/** @type {any} */ { message }) => [message.msg_id, message]),
  )
  byId('calls').replaceChildren(
    ...state.calls.map((/** @type {any} */ call) => {
      const packet = packetIn(call.headers.userToUser)
      const known =
        packet === null ? '没有' : contexts.has(packet) ? words(contexts.get(packet)) : `${packet}（未收到）`
      const heard = call.state === 'talking' ? (call.loudness > 0.005 ? '有声音' : '无声') : '—'
      return row(
        [
          ...[clock(call.startedAt), call.direction === 'in' ? '打入' : '打出', call.number],
          `${states[/** @type {keyof typeof states} */ (call.state)]}${call.why ? `（${whyInWords(call.why)}）` : ''}`,
          ...[`${known}${call.headers.ticket ? ` · 工单 ${call.headers.ticket.replace('draft', '草稿')}` : ''}`, heard],
          call.state === 'ended' ? '' : button('挂断', () => post('/hang-up', { id: call.id })),
        ],
        '4',
      )
    }),
  )
  const byCall = new Map([...contexts.values()].map((message) => [message.body.call_id, message]))
  byId('matters').replaceChildren(
    ...state.matters.map((/** @type {any} */ matter) => {
      const message = byCall.get(matter.callId)
      const isHeld = matter.held !== null
      const act = matter.account === 'city' ? ['退回市热线', '/return'] : ['移交市热线', '/offer']
      return row(
        [
          ...[
            message?.body.caller.number ?? '—',
            message?.body.summary || '—',
            message?.ticket_ref ?? (message ? '草稿' : '—'),
          ],
          ...[isHeld ? '省平台' : '市热线', String(matter.epoch)],
          isHeld ? button(act[0] ?? '', () => post(act[1] ?? '', { callId: matter.callId })) : '',
        ],
        '1',
      )
    }),
  )
  byId('messages').replaceChildren(
    ...state.messages.map((/** @type {any} */ { message, direction, reply, at }) =>
      row([clock(at), direction === 'in' ? '收到' : '发出', message.type, words(message), answer(reply)], '3'),
    ),
  )
  if (byId('state').textContent === '正在连接……') byId('state').textContent = '已连接，每秒更新。'
}

offer(byId('behaviour'), behaviours)
offer(byId('number-behaviour'), behaviours)
offer(byId('manner'), manners)
byId('behaviour').onchange = () => post('/play', { behaviour: byId('behaviour').value })
byId('manner').onchange = () => post('/play', { manner: byId('manner').value })
byId('number-form').onsubmit = (/** @type {Event} */ event) => {
  event.preventDefault()
  void post('/play', { number: byId('number').value.trim(), behaviour: byId('number-behaviour').value })
}
byId('call-form').onsubmit = (/** @type {Event} */ event) => {
  event.preventDefault()
  void post('/calls', { caller: byId('caller').value.trim(), summary: byId('summary').value })
}
void show()
setInterval(() => void show(), 1_000)
