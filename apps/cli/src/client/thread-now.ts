import { answerOf, type Client, type Thread } from '@skein/client'

/** A thread as it is: without `as_of` the API answers no other. @throws SkeinProblem */
export const threadNow = async (client: Client, id: string): Promise<Thread> =>
  (await answerOf(client.GET('/v1/threads/{id}', { params: { path: { id } } }))) as Thread
