import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';

/*
 * Takes the place of `https` in bundles where people wait: a library loads it with its code, for downloads that this
 * product does not do. It is loaded at the first call instead.
 */

export function request(
  url: string | URL,
  options: RequestOptions,
  answered?: (response: IncomingMessage) => void,
): ClientRequest {
  return process.getBuiltinModule('https').request(url, options, answered);
}
