import { type Api, createApi } from '../../scripts/local/apiClient.ts';
import { stack } from './stack.ts';

let client: Api | undefined;

/** A request to the deployed API, over HTTPS with its certificate verified. */
export const api: Api = (path, options) => {
  client ??= createApi({ apiUrl: stack().api_url, caFile: stack().ca_file });
  return client(path, options);
};
