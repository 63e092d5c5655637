import { describe, expect, it } from 'vitest'
import { disposition, safeType } from './attachment-headers.js'
import { etagOf, versionIn } from './etag.js'

describe('a download', () => {
  it.each([
    ['report.pdf', `attachment; filename="report.pdf"; filename*=UTF-8''report.pdf`],
    ['Größe.txt', `attachment; filename="Gr__e.txt"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt`],
    ['a"; x="b', `attachment; filename="a__ x__b"; filename*=UTF-8''a%22%3B%20x%3D%22b`],
    ['a\r\nSet-Cookie: b', `attachment; filename="a__Set-Cookie_ b"; filename*=UTF-8''a__Set-Cookie%3A%20b`],
    ['../../etc/passwd', `attachment; filename=".._.._etc_passwd"; filename*=UTF-8''.._.._etc_passwd`],
    ["it's (1)*.txt", `attachment; filename="it_s _1__.txt"; filename*=UTF-8''it%27s%20%281%29%2A.txt`],
    ['lone \uD800', `attachment; filename="lone _"; filename*=UTF-8''lone%20%EF%BF%BD`],
  ])('%j is named so that no header can be made with it', (name, header) => {
    expect(disposition(name)).toBe(header)
  })

  it('has a name that a header can hold, however long the sender made it', () => {
    expect(disposition('é'.repeat(100_000)).length).toBeLessThan(2_000)
  })

  it.each([
    ['application/pdf', 'application/pdf'],
    ['image/svg+xml', 'image/svg+xml'],
    ['text/html; charset=x', 'application/octet-stream'],
    ['text/html\r\nX: y', 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ])('%j goes as %s', (given, type) => {
    expect(safeType(given)).toBe(type)
  })
})

describe('the version of a thread', () => {
  it('is its ETag, and back', () => {
    expect(versionIn(etagOf(4711))).toBe(4711)
  })
  it.each([undefined, '*', ' * '])('is not asked for by If-Match: %s', (header) => {
    expect(versionIn(header)).toBeNull()
  })
  it.each(['4711', 'W/"4711"', '"1", "2"', '"x"', ''])('is not %j', (header) => {
    expect(() => versionIn(header)).toThrow('If-Match')
  })
})
