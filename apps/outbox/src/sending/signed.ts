import { buffer } from 'node:stream/consumers'
import type { Log } from '@skein/log'
import DKIM from 'nodemailer/lib/dkim'
import type { TransportChoice } from './transport-for.js'

/** Thrown where a transport has a key for DKIM that cannot sign. */
export class CannotSign extends Error {
  override readonly name = 'CannotSign'
}

const FIELD = Buffer.from('DKIM-Signature:')

/**
 * The mail as it leaves by a transport: with a DKIM signature (RFC 6376) where the transport has a key. The same bytes each
 * time: the signature holds no time, and RSA with PKCS #1 v1.5 no chance.
 * @throws CannotSign, CannotOpen
 */
export const signed = async (
  raw: Uint8Array,
  choice: TransportChoice,
  { secrets }: Pick<Log, 'secrets'>,
): Promise<Uint8Array> => {
  if (choice.by === 'instance' || choice.transport.dkim === null) return raw
  const { id, dkim } = choice.transport
  const signer = new DKIM({
    domainName: dkim.domain,
    keySelector: dkim.selector,
    privateKey: secrets.open(dkim.privateKey, `transport ${id} dkim`),
  })
  const bytes = await buffer(signer.sign(Buffer.from(raw)))
  // a key that is none makes nodemailer leave the field out
  if (!bytes.subarray(0, FIELD.length).equals(FIELD))
    throw new CannotSign(`the DKIM key of transport ${id} does not sign: it has to be an RSA key in PEM`)
  return bytes
}
