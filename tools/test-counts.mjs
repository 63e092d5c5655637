import { writeFileSync } from 'node:fs'

/**
 * A vitest reporter that writes how many tests passed, failed and were skipped to the file that SKEIN_TEST_COUNTS names. A spec file
 * that cannot be loaded, and an error outside of any test, count as failures, so that neither can go unseen.
 */
export default class TestCounts {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      const failedBefore = counts.failed
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        counts[state === 'passed' || state === 'failed' ? state : 'skipped']++
      }
      if (!module.ok() && counts.failed === failedBefore) counts.failed++
    }
    writeFileSync(process.env.SKEIN_TEST_COUNTS, JSON.stringify(counts))
  }
}
