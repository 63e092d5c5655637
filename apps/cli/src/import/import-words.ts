import type { ImportProgress, ImportResult } from './import-mail.js'

const count = (n: number): string => Math.round(n).toLocaleString('en')

const span = (seconds: number): string => {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

const bar = (part: number): string => '█'.repeat(Math.round(part * 20)).padEnd(20, '░')

/** One line that says how an import stands. */
export const progressLine = (progress: ImportProgress): string => {
  const { stored, before, refused, rate, bytes, bytesBefore, totalBytes, eta, threads } = progress
  const part = totalBytes > 0 ? Math.min(1, (bytes + bytesBefore) / totalBytes) : 0
  return [
    `${bar(part)} ${String(Math.floor(part * 100)).padStart(3)} %`,
    `${count(stored)} messages`,
    ...(before > 0 ? [`${count(before)} from before`] : []),
    ...(refused > 0 ? [`${count(refused)} problems`] : []),
    `${count(rate)}/s`,
    ...(eta !== null ? [`${span(eta)} left`] : []),
    ...(threads !== null ? [`${count(threads)} threads`] : []),
  ].join(' · ')
}

const SHOWN_PROBLEMS = 50

/** What an import came to, for a person: the sums, and every mail that was not stored with the reason. */
export const resultText = (result: ImportResult): string => {
  const { stored, before, seconds, rate, threads, problems, stopped } = result
  const sums = `${count(stored)} messages stored in ${seconds.toFixed(1)} s (${count(rate)}/s)`
  const lines = [
    sums +
      (before > 0 ? `, ${count(before)} were there from before` : '') +
      (threads !== null ? `; ${count(threads)} threads` : ''),
  ]
  if (problems.length > 0) lines.push(`${count(problems.length)} not stored:`)
  for (const { file, reason } of problems.slice(0, SHOWN_PROBLEMS)) lines.push(`  ${file}: ${reason}`)
  if (problems.length > SHOWN_PROBLEMS)
    lines.push(`  … and ${count(problems.length - SHOWN_PROBLEMS)} more (--json lists all)`)
  if (stopped !== null) lines.push(`Stopped early: ${stopped}`, 'The same command goes on where this one stopped.')
  return lines.join('\n')
}
