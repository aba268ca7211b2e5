import { type Api, createApi } from '../../../scripts/local/stack/apiClient.ts';
import { demandDocumented } from '../fuzz/documented.ts';
import { noteSecrets } from '../secretSearch/secrets.ts';
import { stack } from '../stack/stack.ts';

let client: Api | undefined;

/** A request to the deployed API of the suite's stack. */
export const api: Api = (path, options) => {
  client ??= demandDocumented(noteSecrets(createApi({ apiUrl: stack().api_url, caFile: stack().ca_file })));
  return client(path, options);
};
