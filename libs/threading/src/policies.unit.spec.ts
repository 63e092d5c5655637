import { describe, expect, it } from 'vitest'
import { policyProblems, readPolicies } from './policies.js'
import { rulesProblems } from './rule-set.js'

describe('policies', () => {
  it('have defaults', () => {
    expect(readPolicies({})).toEqual({
      subjectPolicy: 'keep',
      subjectFallback: 'suggest',
      strangerPolicy: 'quarantine',
      forwardPolicy: 'branch',
      groupBy: new Set(),
      anchorLimit: 100,
    })
  })

  it('read a list of senders, whatever separates them and however they are spelt', () => {
    expect(readPolicies({ group_by: 'CI@b.test, x@y.test  z@z.test' }).groupBy).toEqual(
      new Set(['ci@b.test', 'x@y.test', 'z@z.test']),
    )
  })

  it.each([
    ['subject_policy', 'shred', 'keep, split'],
    ['subject_fallback', 'yes', 'off, suggest, guarded'],
    ['anchor_limit', '0', 'from 1 to 100'],
    ['anchor_limit', '1e3', 'from 1 to 100'],
    ['constructor', 'x', 'subject_policy'],
  ])('refuse %s=%s and say what would do', (name, value, fix) => {
    expect(policyProblems({ [name]: value })).toMatchObject([
      { field: name, fix: expect.stringContaining(fix) as string },
    ])
  })

  it('stay readable where a stored value is no longer known', () => {
    expect(readPolicies({ subject_policy: 'shred', anchor_limit: 'many' })).toMatchObject({
      subjectPolicy: 'keep',
      anchorLimit: 100,
    })
  })

  it('come with a rule set that has to exist', () => {
    expect(rulesProblems('guess', { subject_policy: 'split' })).toMatchObject([{ field: 'rules' }])
    expect(rulesProblems('skein', { subject_policy: 'split' })).toEqual([])
  })
})
