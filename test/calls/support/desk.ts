import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page, selectors } from 'playwright-core'
import { account, pagesUrl } from '../hotline.ts'
import { patienceMs } from './patience.ts'
import { writeTone } from './sound.ts'

selectors.setTestIdAttribute('data-test')

/** An agent at the console: a real Chromium whose microphone is a known tone. */
export interface Desk {
  page: Page
  username: string
  /** What the top bar says of the agent's state, e.g. 示闲. */
  state(): Promise<string>
  untilState(title: string): Promise<void>
  /** Chooses 示闲 and waits until the floor agrees. */
  ready(): Promise<void>
  notReady(): Promise<void>
  /** Waits for the caller's card and answers. */
  answer(): Promise<void>
  hangUp(): Promise<void>
  finishWrapUp(): Promise<void>
  /** Strongest frequency that this browser hears from its telephone, in Hz; 0 in silence. */
  hears(): Promise<number>
  close(): Promise<void>
}

/** People without a telephone need no microphone, and may share a browser. */
export function openBrowser(...more: string[]): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: [...programOptions, ...more] })
}

const programOptions = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
]

/** Keeps the page's peer connections where the test can listen to them; the page itself knows nothing of it. */
const keepPeers = `
  const Peer = window.RTCPeerConnection
  window.hotlinePeers = []
  window.RTCPeerConnection = class extends Peer {
    constructor(...args) { super(...args); window.hotlinePeers.push(this) }
  }
`

/** Listens for a second to the newest live connection and names the strongest frequency. */
const listen = `(async () => {
  const peer = window.hotlinePeers.findLast((one) => one.connectionState === 'connected')
  const track = peer?.getReceivers().map((one) => one.track).find((one) => one?.kind === 'audio')
  if (!track) return 0
  const context = new AudioContext()
  await context.resume()
  const analyser = context.createAnalyser()
  analyser.fftSize = 8192
  analyser.smoothingTimeConstant = 0
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const levels = new Float32Array(analyser.frequencyBinCount)
  analyser.getFloatFrequencyData(levels)
  let best = 0
  for (let bin = 1; bin < levels.length; bin += 1) if (levels[bin] > levels[best]) best = bin
  const hertz = (best * context.sampleRate) / analyser.fftSize
  await context.close()
  return levels[best] > -60 ? Math.round(hertz) : 0
})()`

/** Starts a browser for this agent and leaves it at the open desk, phone registered, state as the floor has it. */
export async function openDesk(username: string, options: { toneHz?: number } = {}): Promise<Desk> {
  const dir = await mkdtemp(join(tmpdir(), 'hotline-desk-'))
  const voice = join(dir, 'voice.wav')
  await writeTone(voice, { hertz: options.toneHz ?? 1_000, seconds: 10, rate: 48_000 })
  const browser = await openBrowser(`--use-file-for-fake-audio-capture=${voice}`)
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'zh-CN',
    permissions: ['microphone', 'notifications'],
  })
  await context.addInitScript(keepPeers)
  context.setDefaultTimeout(patienceMs)
  const page = await context.newPage()
  await logIn(page, username)
  await page.getByTestId('state-title').waitFor()
  return deskOf(page, username, () => closeAll(browser, context, dir))
}

export async function logIn(page: Page, username: string): Promise<void> {
  const { password } = account(username)
  await page.goto(pagesUrl())
  await page.getByTestId('login-username').fill(username)
  await page.getByTestId('login-password').fill(password)
  await page.getByTestId('login-submit').click()
}

async function closeAll(browser: Browser, context: BrowserContext, dir: string): Promise<void> {
  await context.close()
  await browser.close()
  await rm(dir, { recursive: true, force: true })
}

function deskOf(page: Page, username: string, close: () => Promise<void>): Desk {
  const desk: Desk = {
    page,
    username,
    state: async () => ((await page.getByTestId('state-title').textContent()) ?? '').trim(),
    async untilState(title) {
      await page.getByTestId('state-title').filter({ hasText: title }).waitFor()
    },
    async ready() {
      // The floor says when this agent's phone is registered; before that 示闲 is refused.
      await page.getByTestId('state-detail').filter({ hasNotText: '未就绪' }).waitFor()
      if ((await desk.state()) === '示闲') return
      await page.getByTestId('state').click()
      await page.getByTestId('choose-READY').click()
      // With somebody in the line 示闲 is over before it can be read.
      await page
        .getByTestId('state-title')
        .filter({ hasText: /示闲|预占|振铃/ })
        .waitFor()
    },
    async notReady() {
      if ((await desk.state()) === '示忙') return
      await page.getByTestId('state').click()
      await page.getByTestId('choose-NOT_READY').click()
      await desk.untilState('示忙')
    },
    async answer() {
      await page.getByTestId('answer').click()
      await desk.untilState('通话')
    },
    hangUp: () => page.getByTestId('hangup').click(),
    async finishWrapUp() {
      await desk.untilState('整理')
      await page.getByTestId('wrap-up-finish').click()
      const isOver = page.getByTestId('state-title').filter({ hasNotText: '整理' })
      // With nothing noted the desk asks once what became of the call.
      const question = page.getByTestId('result-1')
      await isOver.or(question).first().waitFor()
      if (await question.isVisible()) await question.click()
      await isOver.waitFor()
    },
    hears: () => page.evaluate<number>(listen),
    close,
  }
  return desk
}
