import type { AnswerRequest } from './contract.ts';
import type { FetchAnswer, FetchMessage, WireRequest } from './messages.ts';

/** The answer to a request that code in a runner makes, for the runner to hand on. Never fails: no answer is one, too. */
export async function answerFetch(
  { call, request }: FetchMessage,
  answer: AnswerRequest,
): Promise<FetchAnswer> {
  try {
    // A URL that holds its own answer is nobody's to answer.
    const response = await (request.url.startsWith('data:')
      ? fetch(request.url)
      : answer(requestOf(request)));
    const body = Buffer.from(await response.arrayBuffer());
    return {
      kind: 'fetched',
      call,
      response: {
        status: response.status,
        statusText: response.statusText,
        headers: [...response.headers],
        body: response.body === null ? null : body.toString('base64'),
      },
    };
  } catch {
    return { kind: 'fetched', call, response: undefined };
  }
}

function requestOf({ method, url, headers, body }: WireRequest): Request {
  if (!/^https?:$/.test(new URL(url).protocol)) throw new TypeError('A request goes to http or https.');
  return new Request(url, {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    ...(body === null ? {} : { body: Buffer.from(body, 'base64') }),
  });
}
