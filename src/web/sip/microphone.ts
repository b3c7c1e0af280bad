/** Why the microphone cannot be used. `insecure`: neither https nor this machine, so the browser offers none. */
export type MicTrouble = 'refused' | 'missing' | 'busy' | 'insecure'

export function micTroubleOf(error: unknown): MicTrouble {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing'
  return 'busy'
}

export const micWords: Record<MicTrouble, string> = {
  refused: '浏览器未允许使用麦克风，无法接听。请点击地址栏左侧的图标，把“麦克风”设为“允许”，再点“重新检测”。',
  missing: '没有找到麦克风或耳麦，无法接听。请插好耳麦，再点“重新检测”。',
  busy: '麦克风打不开，可能正被其他程序占用。请关闭占用它的程序（如视频会议），再点“重新检测”。',
  insecure: '本页面不是安全连接，浏览器不提供麦克风。请用 https 地址打开，或联系系统管理员。',
}

/** Asks for microphone permission once, early, so that no dialog interrupts the first call. */
export async function checkMicrophone(): Promise<MicTrouble | null> {
  if (!navigator.mediaDevices) return 'insecure'
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    for (const track of stream.getTracks()) track.stop()
    return null
  } catch (error) {
    return micTroubleOf(error)
  }
}
