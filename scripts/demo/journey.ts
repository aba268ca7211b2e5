import { type Api, createApi } from '../local/stack/apiClient.ts';
import type { StackFile } from '../local/stack/stackFile.ts';
import { refreshAndReplay, register, signOut } from './account.ts';
import { tamper, verifyAuditLog } from './audit.ts';
import { rotateKeys } from './keys.ts';
import type { Journey } from './steps.ts';

export interface JourneyReport {
  /** From the answer to a logout until the last request that its access token let through was sent. */
  readonly acceptedForMs: number;
}

/**
 * From registration to a proven audit log, as its users would go: over HTTPS, through mails, and with the CLI.
 *
 * @throws JourneyError naming the step that did not go as it should.
 */
export async function runJourney(
  stack: StackFile,
  done: Journey['done'],
  api: Api = createApi({ apiUrl: stack.api_url, caFile: stack.ca_file }),
): Promise<JourneyReport> {
  const startedAtMs = Date.now();
  const journey: Journey = { stack, api, done };
  const person = await register(journey);
  await refreshAndReplay(journey, person);
  const acceptedForMs = await signOut(journey, person);
  const keyRingVersion = await rotateKeys(journey, person);
  await verifyAuditLog(journey, { sub: person.sub, keyRingVersion }, startedAtMs);
  await tamper(journey);
  return { acceptedForMs };
}
