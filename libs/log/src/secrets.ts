import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

/** What a derived key is for: each has its own, so that none can be used in place of another. */
export type KeyPurpose = 'message-id' | 'reply-token' | 'seal' | 'cursor'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const SHORTEST = 16

/** Thrown for a secret at rest that none of the keys opens. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen'
}

/**
 * The instance's secret, `SKEIN_SECRET`, and what follows from it. Several secrets stand with commas between them: the first
 * makes new signatures and seals, all of them are good for reading; so a secret is changed by putting a new one in front.
 */
export class Secrets {
  private readonly secrets: readonly string[]

  /** @throws Error for a secret that is too short to be one */
  constructor(text: string) {
    this.secrets = text.split(',').map((one) => one.trim())
    if (this.secrets.some((one) => one.length < SHORTEST))
      throw new Error(
        `SKEIN_SECRET: each secret has at least ${SHORTEST} characters; make one with: openssl rand -base64 32`,
      )
  }

  /** Names the instance in ids that it makes; the same as long as its oldest secret is. */
  get instance(): string {
    return createHash('sha256')
      .update(`skein instance ${this.secrets.at(-1)}`)
      .digest('hex')
      .slice(0, 8)
  }

  /** Keys of 32 octets for a purpose (RFC 5869), the one that makes new things first. */
  keys(purpose: KeyPurpose): [Uint8Array, ...Uint8Array[]] {
    const [first, ...others] = this.secrets.map((one) => derived(one, purpose))
    if (first === undefined) throw new Error('SKEIN_SECRET is empty')
    return [first, ...others]
  }

  /** Signs the cursors of lists. */
  get cursorSecret(): string {
    return Buffer.from(this.keys('cursor')[0]).toString('base64')
  }

  /** AES-256-GCM; `about` has to be the same for `open`: a sealed text moved to another place does not open there. */
  seal(text: string, about: string): string {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.keys('seal')[0], nonce).setAAD(Buffer.from(about))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
  }

  /** @throws CannotOpen */
  open(sealed: string, about: string): string {
    const bytes = Buffer.from(sealed, 'base64')
    const nonce = bytes.subarray(0, NONCE_BYTES)
    const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)
    for (const key of this.keys('seal')) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
        decipher.setAAD(Buffer.from(about)).setAuthTag(tag)
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
          'utf8',
        )
      } catch {
        continue
      }
    }
    throw new CannotOpen(`the secret of ${about} was sealed with a key that SKEIN_SECRET does not have`)
  }
}

const derived = (secret: string, purpose: KeyPurpose): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, '', `skein ${purpose}`, KEY_BYTES))
