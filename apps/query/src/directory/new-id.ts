import type { Chance } from '@skein/http'

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'
/** 130 bits. */
const LENGTH = 26

/** A fresh id with its prefix. A request that comes again makes the same one. */
export const newId = <Id extends string>(prefix: string, chance: Chance): Id =>
  `${prefix}_${Array.from(chance.bytes(`${prefix} id`, LENGTH), (byte) => BASE32[byte & 31]).join('')}` as Id
