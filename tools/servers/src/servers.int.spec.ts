import { afterEach, describe, expect, it } from 'vitest'
import { startPostgres } from '@skein/servers'

describe('x', () => {
  it('resolves sources', () => {
    expect(startPostgres).toBeTypeOf('function')
    expect(process.env['SKEIN_TEST_DATABASE_URL']).toContain('postgres')
  })
  afterEach(() => {})
})
