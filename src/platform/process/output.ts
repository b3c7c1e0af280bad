import { writeSync } from 'node:fs'

export interface Output {
  write(text: string): void
}

/** Some thousand lines: output that cannot be written waits in memory, up to this size. */
const longestBacklog = 1_000_000
/** How long a slow reader is waited for. */
const slowReaderMs = 100
const pauseMs = 5

/**
 * Standard output, written at once so that the last words of a process are kept. A failed write (a full disk, a
 * terminal that is gone) does not end the process: the text is written with the next line that succeeds. pino's own
 * destination emits an error there that ends the process, and with a limit to its backlog never writes again once that
 * is reached.
 * @param lossLine the line written once there is room again, when some lines did not fit into the backlog
 */
export function patientOutput(lossLine: (lost: number) => string, fd = 1): Output {
  const backlog: Buffer[] = []
  let bytes = 0
  let lost = 0

  /** @returns whether nothing is pending any more */
  function drain(): boolean {
    for (let [first] = backlog; first; [first] = backlog) {
      const written = tryWrite(fd, first)
      bytes -= written
      if (written < first.length) {
        backlog[0] = first.subarray(written)
        return false
      }
      backlog.shift()
    }
    return true
  }

  function push(text: string): void {
    const chunk = Buffer.from(text)
    backlog.push(chunk)
    bytes += chunk.length
  }

  return {
    write(text) {
      if (lost > 0 && drain()) {
        push(lossLine(lost))
        lost = 0
      }
      if (bytes + Buffer.byteLength(text) > longestBacklog && !drain()) lost += 1
      else push(text)
      drain()
    },
  }
}

/** @returns how many bytes were written before space ran out */
function tryWrite(fd: number, chunk: Buffer): number {
  let written = 0
  let waitedMs = 0
  while (written < chunk.length) {
    try {
      written += writeSync(fd, chunk, written)
    } catch (error) {
      const isSlow = (error as NodeJS.ErrnoException).code === 'EAGAIN'
      // For any other error the next line tries again.
      if (!isSlow || waitedMs >= slowReaderMs) return written
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
      waitedMs += pauseMs
    }
  }
  return written
}
