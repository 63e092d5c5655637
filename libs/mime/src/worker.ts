import { parseMail } from './parse.js'

/** What a worker does: the bodies of one mail. */
export default parseMail
