import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseDate } from './date.js'

it.each<[string, string | null]>([
  ['Fri, 21 Nov 1997 09:55:06 -0600', '1997-11-21T15:55:06.000Z'],
  ['21 Nov 1997 09:55:06 -0600', '1997-11-21T15:55:06.000Z'],
  ['Fri, 21 Nov 1997 09:55 -0600', '1997-11-21T15:55:00.000Z'],
  ['Fri, 21 Nov 1997 09:55:06', '1997-11-21T09:55:06.000Z'],
  ['Fri, 21 Nov 1997 09(comment):55:06 -0600 (CST (x))', '1997-11-21T15:55:06.000Z'],
  ['Fri,21 Nov 1997 9:05:06 GMT', '1997-11-21T09:05:06.000Z'],
  ['21 Nov 97 09:55:06 EST', '1997-11-21T14:55:06.000Z'],
  ['21 Nov 04 09:55:06 EDT', '2004-11-21T13:55:06.000Z'],
  ['Sat, 1 Jan 100 00:00:00 GMT', '2000-01-01T00:00:00.000Z'],
  ['Fri Nov 21 09:55:06 1997', '1997-11-21T09:55:06.000Z'],
  ['Fri Nov 21 09:55:06 CET 1997', '1997-11-21T08:55:06.000Z'],
  ['21-Nov-1997 09:55:06 +0200', '1997-11-21T07:55:06.000Z'],
  ['Fri, 21 November 1997 09:55:06 +02:00', '1997-11-21T07:55:06.000Z'],
  ['Fri, 21 Nov 1997 09:55:06 GMT+0200', '1997-11-21T07:55:06.000Z'],
  ['Fri, 21 Nov 1997 09:55:06 GMT +0200', '1997-11-21T07:55:06.000Z'],
  ['Fri, 21 Nov 1997 9:55:06 PM -0000', '1997-11-21T21:55:06.000Z'],
  ['Fri, 21 Nov 1997 12:05:06 AM', '1997-11-21T00:05:06.000Z'],
  ['Fri, 21 Nov 1997 09.55.06 +0000', '1997-11-21T09:55:06.000Z'],
  ['1997-11-21T09:55:06Z', '1997-11-21T09:55:06.000Z'],
  ['1997-11-21T09:55:06.123+02:00', '1997-11-21T07:55:06.000Z'],
  ['1997-11-21 09:55:06 +0200', '1997-11-21T07:55:06.000Z'],
  ['Wed, 6 Apr 2005 08:42:36 +02120 (MEST)', '2005-04-06T08:42:36.000Z'],
  ['Wed, 31 Dec 2008 23:59:60 +0000', '2009-01-01T00:00:00.000Z'],
  ['Thu, 29 Feb 2024 10:00:00 +0000', '2024-02-29T10:00:00.000Z'],
  ['Wed, 29 Feb 2023 10:00:00 +0000', null],
  ['Fri, 31 Apr 2020 10:00:00 +0000', null],
  ['Fri, 21 Nov 1997 25:00:00 +0000', null],
  ['Mon, 1 Jan 1601 00:00:00 +0000', null],
  ['Thu, 1 Jan 1970 00:30:00 +0100', null],
  ['Fri, 21 Foo 1997 09:55:06 -0600', null],
  ['yesterday', null],
  ['', null],
])('reads the date %s as %s', (text, expected) => {
  expect(parseDate(text)).toBe(expected)
})

it('reads back every date that the RFC form can write', () => {
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
  const date = fc.date({
    min: new Date('1970-01-02T00:00:00Z'),
    max: new Date('9998-12-31T00:00:00Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(date, (at) => {
      const [day, time] = at.toISOString().split('T') as [string, string]
      const [year, month, dayOfMonth] = day.split('-') as [string, string, string]
      const text = `${dayOfMonth} ${months[Number(month) - 1]} ${year} ${time.slice(0, 8)} +0000`
      expect(parseDate(text)).toBe(`${day}T${time.slice(0, 8)}.000Z`)
    }),
  )
})

it('answers any text, with a date or with null', () => {
  const word = fc.constantFrom(
    '21',
    'Nov',
    '1997',
    '99',
    '09:55',
    '-0600',
    'PM',
    'GMT',
    '0',
    '-',
    ':',
    '99999',
    'T',
    '(',
    ')',
  )
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(parseDate(words.join(' ')) ?? '1970-01-01T00:00:00.000Z').toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/)
    }),
  )
})
