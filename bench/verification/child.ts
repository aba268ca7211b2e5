import process from 'node:process';
import { privateJwkSchema } from '../../lambdas/core/keys/jwk.ts';
import { perCpuSecond } from '../common/cpu.ts';
import { operationOf } from './contestants.ts';

/** One contestant in a process of its own, as a Lambda has: it measures once for every message. */
const [name = '', key = ''] = process.argv.slice(2);
const operation = await operationOf(name, privateJwkSchema().parse(JSON.parse(key)));
process.on('message', async () => process.send?.(await perCpuSecond(operation)));
process.send?.('ready');
