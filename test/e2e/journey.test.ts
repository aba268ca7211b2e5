import { expect, it } from 'vitest';
import { runJourney } from '../../scripts/demo/journey.ts';
import { api } from '../support/people/api.ts';
import { stack } from '../support/stack/stack.ts';

it('the demo journey goes through, from registration to a proven audit log', async () => {
  const steps: string[] = [];
  const { acceptedForMs } = await runJourney(stack(), (title, seen) => steps.push(`${title}: ${seen}`), api);
  console.log(steps.join('\n'));
  expect(steps).toHaveLength(12);
  expect(acceptedForMs).toBeLessThanOrEqual(stack().revocation_bound_seconds * 1000);
});
