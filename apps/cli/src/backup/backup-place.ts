import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AwsClient } from 'aws4fetch'

/** Where a backup is: files by name, written whole or not at all. */
export interface BackupPlace {
  /** For people. */
  readonly name: string
  /** `null` where there is none of this name. */
  read(file: string): Promise<Buffer | null>
  write(file: string, content: Uint8Array): Promise<void>
}

/** A folder of this machine, or of one that is mounted. Its files are for their owner alone. */
export class Folder implements BackupPlace {
  readonly name: string

  constructor(path: string) {
    this.name = resolve(path)
  }

  async read(file: string): Promise<Buffer | null> {
    return readFile(join(this.name, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
  }

  async write(file: string, content: Uint8Array): Promise<void> {
    const path = join(this.name, file)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(`${path}.new`, content, { mode: 0o600, flush: true })
    await rename(`${path}.new`, path)
  }
}

/** What says where an S3 service is and who asks, by the names that its own tools use. */
export interface S3Environment {
  AWS_ACCESS_KEY_ID?: string | undefined
  AWS_SECRET_ACCESS_KEY?: string | undefined
  AWS_SESSION_TOKEN?: string | undefined
  AWS_REGION?: string | undefined
  AWS_ENDPOINT_URL?: string | undefined
}

/** A bucket of a service that speaks S3, under a prefix. */
export class Bucket implements BackupPlace {
  private readonly client: AwsClient
  private readonly base: string

  /** `name`: `s3://bucket/prefix`. @throws Error where the environment lacks what it takes to sign */
  constructor(
    readonly name: string,
    environment: S3Environment,
  ) {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION = 'us-east-1' } = environment
    if (AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined)
      throw new Error(
        `${name}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_ENDPOINT_URL for a service that is not Amazon's)`,
      )
    this.client = new AwsClient({
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN }),
      service: 's3',
      region: AWS_REGION,
    })
    const endpoint = environment.AWS_ENDPOINT_URL ?? `https://s3.${AWS_REGION}.amazonaws.com`
    this.base = `${endpoint.replace(/\/$/, '')}/${name.slice('s3://'.length).replace(/\/$/, '')}`
  }

  async read(file: string): Promise<Buffer | null> {
    const answer = await this.client.fetch(`${this.base}/${file}`)
    if (answer.status === 404) return null
    if (!answer.ok) throw new Error(`${this.name}/${file}: ${answer.status} ${(await answer.text()).slice(0, 200)}`)
    return Buffer.from(await answer.arrayBuffer())
  }

  async write(file: string, content: Uint8Array): Promise<void> {
    const answer = await this.client.fetch(`${this.base}/${file}`, { method: 'PUT', body: Buffer.from(content) })
    if (!answer.ok) throw new Error(`${this.name}/${file}: ${answer.status} ${(await answer.text()).slice(0, 200)}`)
    await answer.arrayBuffer()
  }
}

/** The place that a person names: `s3://bucket/prefix`, or a folder. */
export const backupPlace = (name: string): BackupPlace =>
  name.startsWith('s3://') ? new Bucket(name, process.env) : new Folder(name)
