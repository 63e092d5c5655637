import { createHash } from 'node:crypto'
import { createParamDecorator, Injectable, SetMetadata } from '@nestjs/common'
import type { CanActivate, ExecutionContext } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { AccountId } from '@skein/events'
import type { Request } from 'express'
import { Problem } from './problem.js'

export type Scope = 'read' | 'write' | 'send' | 'admin'

/** Where keys are looked up. An app binds this token to the directory. */
export const KEYS = Symbol('KEYS')
export interface KeyLookup {
  /** The key whose SHA-256 in hex this is. */
  keyByHash(hash: string): { id: string; account: AccountId; scopes: readonly Scope[] } | undefined
}

/** Who calls: the key's id, the account that it belongs to and sees, and what it may do. */
export interface CallerOf {
  readonly key: string
  readonly account: AccountId
  readonly scopes: readonly Scope[]
}

const PUBLIC = 'skein:public'
const SCOPE = 'skein:scope'
/** The call needs no key. */
export const Public = () => SetMetadata(PUBLIC, true)
/** The scope that the call needs; without this, `read` for GET and HEAD and `write` for the rest. `admin` has every scope. */
export const Needs = (scope: Scope) => SetMetadata(SCOPE, scope)

const callers = new WeakMap<Request, CallerOf>()

/** The caller that the guard let through. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): CallerOf => {
  const caller = callers.get(context.switchToHttp().getRequest<Request>())
  if (!caller) throw new Error('@Caller() on a call without the key guard')
  return caller
})

export const hashOfKey = (key: string): string => createHash('sha256').update(key).digest('hex')

const TITLE = 'An API key is needed'
const FIX = 'Send the header Authorization: Bearer sk_….'

const keyIn = (request: Request): string => {
  const header = request.headers.authorization
  if (header === undefined) {
    throw new Problem(401, 'key-needed', TITLE, 'The request has no Authorization header.', {
      field: 'Authorization',
      fix: FIX,
    })
  }
  const key = /^Bearer +(sk_[\w-]{8,200})$/i.exec(header.trim())?.[1]
  if (key === undefined) {
    const detail = 'The Authorization header is not a bearer key of the form sk_….'
    throw new Problem(401, 'key-needed', TITLE, detail, { field: 'Authorization', fix: FIX })
  }
  return key
}

/** Lets a request in by its key, and refuses what the key's scopes do not cover. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly keys: KeyLookup,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()]
    if (context.getType() !== 'http' || this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, targets))
      return true
    const request = context.switchToHttp().getRequest<Request>()
    const caller = this.callerOf(request)
    const byMethod: Scope = request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'write'
    const needed = this.reflector.getAllAndOverride<Scope | undefined>(SCOPE, targets) ?? byMethod
    if (!caller.scopes.includes(needed) && !caller.scopes.includes('admin')) {
      const fix = `Use a key with the scope ${needed}.`
      const detail = `This call needs the scope ${needed}; the key has: ${caller.scopes.join(', ') || 'none'}.`
      throw new Problem(403, 'scope-missing', 'The key may not do this', detail, { field: 'Authorization', fix })
    }
    callers.set(request, caller)
    return true
  }

  private callerOf(request: Request): CallerOf {
    const found = this.keys.keyByHash(hashOfKey(keyIn(request)))
    if (found) return { key: found.id, account: found.account, scopes: found.scopes }
    const fix = 'Use a key that exists and was not revoked.'
    throw new Problem(401, 'key-unknown', 'The API key is not known', 'No key is like the one that was sent.', {
      field: 'Authorization',
      fix,
    })
  }
}
