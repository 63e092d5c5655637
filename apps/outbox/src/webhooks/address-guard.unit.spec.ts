import { describe, expect, it } from 'vitest'
import { isPublicAddress, refusalOfUrl } from './address-guard.js'
import { Post, publicLookup, type Resolve } from './post.js'

describe('an address of the public internet', () => {
  it.each([
    '1.1.1.1',
    '93.184.215.14',
    '172.32.0.1',
    '100.128.0.1',
    '192.0.1.1',
    '2606:4700:4700::1111',
    '2a00:1450:4001:80b::200e',
  ])('may be sent to: %s', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback, elsewhere in its range', '127.255.3.4'],
    ['unspecified', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['link-local, with the metadata of clouds', '169.254.169.254'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['carrier-grade NAT, with the metadata of a cloud', '100.100.100.200'],
    ['protocol assignments', '192.0.0.170'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['benchmarking', '198.18.0.1'],
    ['6to4 relay', '192.88.99.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['IPv6 loopback', '::1'],
    ['IPv6 unspecified', '::'],
    ['IPv4-mapped', '::ffff:127.0.0.1'],
    ['IPv4-mapped, in hex', '::ffff:7f00:1'],
    ['IPv4-mapped, even of a public address', '::ffff:1.1.1.1'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['IPv4-translated', '::ffff:0:127.0.0.1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['NAT64 of a local network', '64:ff9b:1::7f00:1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001:0:7f00:1::'],
    ['unique local', 'fd00::1'],
    ['unique local, with the metadata of a cloud', 'fd00:ec2::254'],
    ['IPv6 link-local', 'fe80::1'],
    ['IPv6 link-local with a zone', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['IPv6 multicast', 'ff02::1'],
    ['IPv6 documentation', '2001:db8::1'],
    ['IPv6 documentation', '3fff::1'],
    ['discard', '100::1'],
    ['segment routing', '5f00::1'],
    ['not handed out', '4000::1'],
    ['no address', 'localhost'],
    ['no address', ''],
  ])('is not one of %s: %s', (_, address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
})

describe('a URL', () => {
  it.each([
    'https://hooks.example.com/a?b=c',
    'https://hooks.example.com:8443/',
    'https://1.1.1.1/',
    'https://[2606:4700:4700::1111]/',
  ])('is in order: %s', (url) => {
    expect(refusalOfUrl(url, { allowPrivate: false })).toBeNull()
  })

  it.each([
    ['http', 'http://hooks.example.com/'],
    ['another protocol', 'ftp://hooks.example.com/'],
    ['a file', 'file:///etc/passwd'],
    ['data', 'data:,x'],
    ['no URL', 'hooks.example.com'],
    ['a user name', 'https://user@hooks.example.com/'],
    ['a password', 'https://user:secret@hooks.example.com/'],
    ['a host hidden behind a user name', 'https://hooks.example.com@127.0.0.1/'],
    ['the port of SMTP', 'https://hooks.example.com:25/'],
    ['the port of SSH', 'https://hooks.example.com:22/'],
    ['the port of submission', 'https://hooks.example.com:587/'],
    ['loopback', 'https://127.0.0.1/'],
    ['loopback, short', 'https://127.1/'],
    ['loopback, decimal', 'https://2130706433/'],
    ['loopback, octal', 'https://0177.0.0.1/'],
    ['loopback, hex', 'https://0x7f000001/'],
    ['loopback, hex in parts', 'https://0x7f.0x0.0x0.0x1/'],
    ['loopback in full-width digits', 'https://１２７.０.０.１/'],
    ['loopback with ideographic full stops', 'https://127。0。0。1/'],
    ['loopback, escaped', 'https://%31%32%37.0.0.1/'],
    ['loopback with a dot at its end', 'https://127.0.0.1./'],
    ['unspecified', 'https://0.0.0.0/'],
    ['unspecified, short', 'https://0/'],
    ['metadata of clouds', 'https://169.254.169.254/latest/meta-data/'],
    ['metadata of clouds, decimal', 'https://2852039166/'],
    ['IPv6 loopback', 'https://[::1]/'],
    ['IPv6 unspecified', 'https://[::]/'],
    ['IPv4-mapped', 'https://[::ffff:127.0.0.1]/'],
    ['NAT64', 'https://[64:ff9b::127.0.0.1]/'],
    ['unique local', 'https://[fd00:ec2::254]/'],
  ])('is refused for %s: %s', (_, url) => {
    expect(refusalOfUrl(url, { allowPrivate: false })).not.toBeNull()
  })

  it.each(['http://127.0.0.1:9000/', 'https://10.0.0.1/', 'http://localhost/'])(
    'may be of a private network where the instance says so: %s',
    (url) => {
      expect(refusalOfUrl(url, { allowPrivate: true })).toBeNull()
    },
  )

  it.each(['ftp://127.0.0.1/', 'http://user@127.0.0.1/', 'http://127.0.0.1:25/'])(
    'is refused even there: %s',
    (url) => {
      expect(refusalOfUrl(url, { allowPrivate: true })).not.toBeNull()
    },
  )
})

/** A resolver that is in somebody else's hands: answers in turn. */
const resolverOf = (...answers: string[][]): Resolve => {
  let asked = 0
  return (_, done) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? []
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
}

describe('a name', () => {
  const found = (resolve: Resolve): Promise<string[]> =>
    new Promise((done, fail) =>
      publicLookup(resolve)('hooks.example.com', { all: true }, (error, addresses) => {
        if (error) fail(error)
        else done(typeof addresses === 'string' ? [addresses] : addresses.map(({ address }) => address))
      }),
    )

  it('leads to its public addresses only', async () => {
    expect(await found(resolverOf(['1.1.1.1', '10.0.0.1', '::1', '2606:4700:4700::1111']))).toEqual([
      '1.1.1.1',
      '2606:4700:4700::1111',
    ])
  })

  it.each([['127.0.0.1'], ['::1'], ['::ffff:127.0.0.1'], ['10.1.2.3'], ['169.254.169.254'], ['0.0.0.0']])(
    'that leads to %s leads nowhere',
    async (address) => {
      await expect(found(resolverOf([address]))).rejects.toThrow('not of the public internet')
    },
  )

  it('that changes between two looks is judged by the one that is connected to', async () => {
    const resolve = resolverOf(['1.1.1.1'], ['127.0.0.1'])
    await found(resolve)
    const post = new Post({ allowPrivate: false, resolve })
    const outcome = await post.send('https://hooks.example.com/', {}, '{}')
    expect(outcome).toMatchObject({ status: null, error: expect.stringContaining('127.0.0.1') as unknown })
    await post.close()
  })

  it.each(['localhost', 'localhost.', 'LOCALHOST', 'hooks.example.com'])(
    'that the system knows as its own is refused at the socket: %s',
    async (name) => {
      const post = new Post({ allowPrivate: false, resolve: resolverOf(['127.0.0.1', '::1']) })
      const outcome = await post.send(`https://${name}:8443/`, {}, '{}')
      expect(outcome.error).toContain('which is not of the public internet')
      await post.close()
    },
  )
})
