// @ts-check
/** The page of the 13710 system: asks for the state every second, and shows it. No library. */

const steps = {
  LISTED: '待处理',
  NOTED: '已知悉',
  ON_SITE: '现场督办',
  CASE_OPENED: '已立项',
  RESULT: '已有结果',
  CLEARED: '已销号',
}
const receipts = {
  RECEIVED: '整批接收',
  REJECTED: '整批退回',
  NOTED: '已知悉',
  ON_SITE: '现场督办',
  CASE_OPENED: '立项',
  RESULT: '办理结果',
  CLEARED: '销号',
}
const events = {
  deploy: '研究部署',
  report: '报告进展',
  'ask-major': '申请列为重大复杂',
  'grant-major': '列为重大复杂',
  'refuse-major': '不列为重大复杂',
  plan: '制定计划',
  'node-done': '完成节点',
  claim: '报告办结',
  verify: '已核实',
}
const types = {
  BATCH: '移送批次',
  STRUCK: '划去事项',
  CASE: '事项报告',
  RECEIPT: '回执',
  URGE: '催办',
  BOUNCE: '退回',
}

/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id)

/** @param {string} tag @param {Record<string, unknown>} [properties] @param {(Node | string)[]} [children] */
function element(tag, properties = {}, children = []) {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}

/** @param {Record<string, string>} titles @param {unknown} code */
const titled = (titles, code) => titles[String(code)] ?? String(code ?? '')

/** @param {string} path @param {object} body */
async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = response.ok ? await response.json() : { ok: false }
  byId('state').textContent = answer.ok ? '已执行。' : `没有执行：${answer.why ?? response.status}`
  await show()
}

/** @param {string} title @param {() => void} onclick @param {string} name */
const button = (title, onclick, name) => element('button', { type: 'button', textContent: title, onclick, name })

/** @param {any} one */
function caseRow(one) {
  const act = (/** @type {string} */ what) => () => void post('/cases', { number: one.number, what })
  const isOver = one.state === '已销号'
  return element('tr', {}, [
    element('td', { className: 'nowrap', textContent: one.number }),
    element('td', { className: 'nowrap', textContent: one.ticket }),
    element('td', { textContent: one.isVerified && !isOver ? `${one.state}（热线已核实）` : one.state }),
    element('td', { textContent: titled(events, one.last) }),
    element(
      'td',
      {},
      isOver
        ? []
        : [
            button('催办', act('URGE'), 'urge'),
            button('退回', act('BOUNCE'), 'bounce'),
            button('销号', act('CLEARED'), 'clear'),
          ],
    ),
  ])
}

/** @param {any} item */
function itemRow(item) {
  const say = (/** @type {string} */ kind) => () =>
    void post('/items', { batch: item.batch, ticket: item.ticket, kind })
  return element('tr', { className: item.struck ? 'struck' : '' }, [
    element('td', { className: 'nowrap', textContent: item.ticket }),
    element('td', { textContent: item.category }),
    element('td', { textContent: item.unit }),
    element('td', { textContent: item.struck ?? titled(steps, item.step) }),
    element('td', {}, [
      button('立项', say('CASE_OPENED'), 'open'),
      button('现场督办', say('ON_SITE'), 'on-site'),
      button('知悉', say('NOTED'), 'note'),
      button('已有结果', say('RESULT'), 'result'),
    ]),
  ])
}

/** What is unfolded stays so. @type {Set<string>} */
const opened = new Set()

/** @param {any} batch @param {number} at */
function batchBlock(batch, at) {
  const block = element('details', { open: at === 0 || opened.has(batch.number) }, [
    element('summary', { textContent: `${batch.document_number} ${batch.office}：${batch.items} 件` }),
    element('div', { className: 'scroll' }, [element('table', {}, [element('tbody', {}, batch.list.map(itemRow))])]),
  ])
  block.addEventListener('toggle', () => {
    if (/** @type {HTMLDetailsElement} */ (block).open) opened.add(batch.number)
    else opened.delete(batch.number)
  })
  return block
}

/** @param {any} message */
function wordsOf({ type, body }) {
  switch (type) {
    case 'BATCH':
      return `${body.document_number}，${body.items} 件`
    case 'CASE':
      return `${body.case_number} ${titled(events, body.event)} ${body.result ?? body.done ?? body.measure ?? ''}`
    case 'RECEIPT':
      return `${body.batch} ${body.ticket ?? '整批'} ${titled(receipts, body.kind)} ${body.case_number ?? ''}`
    default:
      return `${body.case_number ?? body.ticket ?? ''} ${body.text ?? body.why ?? ''}`
  }
}

/** @param {any} kept */
function messageRow({ message, answer, direction, at }) {
  const clock = new Date(at).toLocaleTimeString('zh-CN', { hourCycle: 'h23', timeZone: 'Asia/Shanghai' })
  return element('tr', {}, [
    element('td', { className: 'nowrap', textContent: clock }),
    element('td', { textContent: direction === 'in' ? '收' : '发' }),
    element('td', { className: 'nowrap', textContent: titled(types, message.type) }),
    element('td', { className: 'text', textContent: wordsOf(message) }),
    element('td', { textContent: answer ? (answer.reply === 'ACK' ? '确认' : `拒绝：${answer.text}`) : '待发送' }),
  ])
}

let last = ''
async function show() {
  try {
    const words = await (await fetch('/state')).text()
    if (byId('state').textContent === '正在连接……') byId('state').textContent = '已连接。'
    if (words === last) return
    last = words
    const { isAway, batches, cases, messages } = JSON.parse(words)
    byId('away').checked = isAway
    byId('cases').replaceChildren(...cases.map(caseRow))
    byId('batches').replaceChildren(...batches.map(batchBlock))
    byId('messages').replaceChildren(...messages.map(messageRow))
  } catch {
    byId('state').textContent = '正在连接……'
  }
}
byId('away').addEventListener('change', () => void post('/play', { isAway: byId('away').checked }))
setInterval(() => void show(), 1_000)
void show()
