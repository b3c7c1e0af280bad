/** How long a test waits for what must come. It only ends what hangs: a busy machine takes several times as long. */
export const patienceMs = 60_000
