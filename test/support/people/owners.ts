import { randomUUID } from 'node:crypto';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { createPasswordHasher } from '../../../lambdas/clients/passwords/passwordHasher.ts';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { systemClock } from '../../../lambdas/core/common/clock.ts';
import { newAccountPuts } from '../../../lambdas/stores/items/accountWrites.ts';
import { devicePut } from '../../../lambdas/stores/items/deviceItems.ts';
import { createMacKeys } from '../../../lambdas/stores/keys/macKeys.ts';
import { knownDeviceOf } from '../fakes/memoryDevices.ts';
import { noteSecret } from '../secretSearch/secrets.ts';
import { awsClients } from '../stack/awsClients.ts';
import { deployedEnvironment } from '../stack/deployedHandler.ts';
import { stack } from '../stack/stack.ts';
import { testAccount } from '../worlds/world.ts';

/** An account of the running stack, with a device that it knows. */
export interface Owner {
  readonly account: Account;
  readonly password: string;
  readonly deviceToken: string;
}

/** Writes many accounts straight into the tables. They share one password hash, made as the stack makes it. */
export async function createOwners(count: number): Promise<Owner[]> {
  const { documents, secrets } = awsClients();
  const { CREDENTIAL_KEYS_SECRET: secretId = '', PASSWORD_PEPPER: pepper } = await deployedEnvironment('signIn');
  const keys = createMacKeys({ client: secrets, secretId, clock: systemClock });
  const password = `orchard ${randomUUID()}`;
  noteSecret(password);
  const passwordHash = await createPasswordHasher({ pepper: { keys, applies: pepper === 'true' } }).hash(password);
  const now = Math.floor(systemClock() / 1000);
  const owners = Array.from({ length: count }, () => {
    const account = testAccount({ passwordHash, tenantId: 'default' });
    const { token, pair } = knownDeviceOf(account, now);
    return { account, password, deviceToken: token, pair };
  });
  const [accounts, devices] = [String(stack().tables['Accounts']), String(stack().tables['Devices'])];
  for (let index = 0; index < count; index += 20) {
    const some = owners
      .slice(index, index + 20)
      .flatMap(({ account, pair }) => [...newAccountPuts(accounts, account), devicePut(devices, pair)]);
    await documents.send(new TransactWriteCommand({ TransactItems: some }));
  }
  return owners;
}
