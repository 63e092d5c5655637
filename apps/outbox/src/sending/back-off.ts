/** Waits after the first, second … attempt, in units of the base: 1, 5, 15, 30, 60 minutes, 2, 4 and 8 hours. */
const STEPS = [1, 5, 15, 30, 60, 120, 240, 480]
/** Mails that failed together are not tried together again. */
const SPREAD = 0.2

/** FNV-1a: the same for the same mail, so that everybody who asks is told the same. */
const fraction = (text: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash / 0x1_0000_0000
}

/** How long to wait after an attempt of a mail, in milliseconds; `attempt` is 1 for the first. */
export const backOff = (message: string, attempt: number, baseMs: number): number => {
  const step = STEPS[Math.min(attempt, STEPS.length) - 1] ?? 1
  return Math.round(baseMs * step * (1 + SPREAD * (2 * fraction(`${message}.${attempt}`) - 1)))
}
