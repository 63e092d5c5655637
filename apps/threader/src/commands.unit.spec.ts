import { describe, expect, it } from 'vitest'
import { readCommand, type CommandName } from './commands.js'

const head = { id: 'c1', space: 'spc_a', actor: 'key_a' }
const read = (name: CommandName, payload: object) => readCommand(name, { ...head, ...payload })

describe('a command', () => {
  it.each<[what: string, name: CommandName, payload: object, field: string]>([
    ['an attempt before the first', 'BeginSend', { message: 'msg_a', attempt: 0 }, 'attempt'],
    ['no message', 'BeginSend', { attempt: 1 }, 'message'],
    ['an outcome that a person cannot know', 'SettleSend', { message: 'msg_a', as: 'deferred', reason: '' }, 'as'],
    ['a claim without an end', 'ClaimThread', { thread: 'thr_a', by: 'ada', until: 'tomorrow' }, 'until'],
    ['a claim of nobody', 'ClaimThread', { thread: 'thr_a', by: '', until: '2026-03-01T10:00:00Z' }, 'by'],
    ['an empty label', 'LabelThread', { thread: 'thr_a', add: ['  '], remove: [] }, 'add.0'],
    ['a label with a control', 'LabelThread', { thread: 'thr_a', add: [], remove: ['a\nb'] }, 'remove.0'],
    ['a label of any length', 'LabelThread', { thread: 'thr_a', add: ['x'.repeat(101)], remove: [] }, 'add.0'],
  ])('with %s is refused, and the field named', (_, name, payload, field) => {
    expect(read(name, payload)).toMatchObject({ field })
  })

  it('takes labels without the blanks around them', () => {
    const { command } = read('LabelThread', { thread: 'thr_a', add: [' à faire '], remove: [] }) as { command: object }
    expect(command).toMatchObject({ name: 'LabelThread', add: ['à faire'] })
  })
})
